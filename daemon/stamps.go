package daemon

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/interlock-run/interlock"
)

// stamps is how a set of files looked at one moment. Comparing costs a stat a
// file, and reads only a file that was written so shortly before it was stamped
// that a later write may have left the same time.
type stamps struct {
	at   time.Time
	list []stamp
}

type stamp struct {
	path string
	info fs.FileInfo // nil where there is none
	sum  string
}

// settled is how old a file's time must be when it is stamped for an equal time
// to mean equal contents. File systems count in ticks of up to two seconds.
const settled = 3 * time.Second

func stampOf(paths []string, now time.Time) stamps {
	s := stamps{at: now}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			info = nil
		}
		s.list = append(s.list, stamp{path, info, sumOf(path, info)})
	}
	return s
}

func (s stamps) changed() bool {
	return slices.ContainsFunc(s.list, func(one stamp) bool { return one.changed(s.at) })
}

func (s stamp) changed(at time.Time) bool {
	info, err := os.Stat(s.path)
	if err != nil || s.info == nil {
		return err == nil || s.info != nil
	}
	if !os.SameFile(s.info, info) || s.info.Size() != info.Size() || s.info.Mode() != info.Mode() ||
		!s.info.ModTime().Equal(info.ModTime()) || ownerOf(s.info) != ownerOf(info) {
		return true
	}
	return at.Sub(info.ModTime()) < settled && sumOf(s.path, info) != s.sum
}

// sumOf is the digest of a regular file of a bearable size, else "".
func sumOf(path string, info fs.FileInfo) string {
	const most = 4 << 20
	if info == nil || !info.Mode().IsRegular() || info.Size() > most {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return ""
	}
	return interlock.SourceDigest(b)
}

// paths are the files that r came from, and those that would take their place
// if they were there.
func (r *rules) paths(src Sources) []string {
	var all []string
	add := func(path string) {
		if filepath.IsAbs(path) && !slices.Contains(all, path) {
			all = append(all, path)
		}
	}
	for _, dir := range []string{src.ConfigDir(), src.Etc} {
		add(filepath.Join(dir, "config.yml"))
		add(filepath.Join(dir, "policy.yaml"))
	}
	add(r.config.Path)
	for _, f := range r.config.Tables.Files() {
		add(f)
	}
	for _, f := range r.policy.Files() {
		add(f)
	}
	return all
}
