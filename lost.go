package interlock

import (
	"fmt"
	"slices"
	"strings"
)

// maxLostNames bounds how many paths the note about lost files names.
const maxLostNames = 5

// noteLost says which files the code wrote where nothing outlives the run: in /tmp, in
// /dev/shm, or in the home folder, which is the run's own /tmp. It knows the paths that
// the code spells out; what is read again in the run was a scratch file. The note says
// where such a file was written and not that it was: that was analysis's word, not the kernel's.
func (r *Result) noteLost() {
	if r.Observed.Level == NoIsolation {
		return // there /tmp and the home folder are the host's own
	}
	used := map[string]bool{}
	for _, p := range r.Facts.Paths {
		used[p.Path] = used[p.Path] || p.Mode != "write"
	}
	var lost []string
	for _, p := range r.Facts.Paths {
		if p.Mode == "write" && p.Certainty == Definite && !used[p.Path] && r.losesFile(p.Path) {
			lost, used[p.Path] = append(lost, p.Path), true
		}
	}
	if len(lost) == 0 {
		return
	}
	names := strings.Join(lost[:min(len(lost), maxLostNames)], ", ")
	if more := len(lost) - maxLostNames; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	r.Observed.Notes = append(r.Observed.Notes, fmt.Sprintf("not kept: %s; /tmp and the home folder of a run end with it, so write what should stay to a relative path", names))
}

// losesFile reports whether a file written at path is gone when the run ends.
func (r *Result) losesFile(path string) bool {
	if !strings.HasPrefix(path, "/tmp/") && !strings.HasPrefix(path, "/dev/shm/") && !strings.HasPrefix(path, "~/") {
		return false
	}
	files := &r.Decision.Grant.Files
	return !slices.ContainsFunc(append([]string{files.Folder}, files.Write...), func(folder string) bool {
		return folder != "" && (path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/"))
	})
}
