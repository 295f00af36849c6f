package interlock

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// TestLostFiles (X14, N8): a run that ended well says which files it wrote where nothing
// stays, and says nothing of those that stay, that it used itself, or that are only possible.
func TestLostFiles(t *testing.T) {
	write := func(path string) PathUse { return PathUse{Path: path, Mode: "write", Certainty: Definite} }
	for name, c := range map[string]struct {
		paths []PathUse
		files Files
		level Level
		want  string
	}{
		"tmp":            {paths: []PathUse{write("/tmp/out.csv")}, want: "not kept: /tmp/out.csv; "},
		"home, twice":    {paths: []PathUse{write("~/a"), write("/dev/shm/b"), write("~/a")}, want: "not kept: ~/a, /dev/shm/b; "},
		"workspace":      {paths: []PathUse{write("out.csv"), write("/data/out.csv")}},
		"read again":     {paths: []PathUse{write("/tmp/x"), {Path: "/tmp/x", Mode: "read", Certainty: Definite}}},
		"possible":       {paths: []PathUse{{Path: "/tmp/x", Mode: "write", Certainty: Possible}}},
		"reads":          {paths: []PathUse{{Path: "/tmp/x", Mode: "read", Certainty: Definite}}},
		"script in tmp":  {paths: []PathUse{write("/tmp/mine/x")}, files: Files{Folder: "/tmp/mine"}},
		"beside it":      {paths: []PathUse{write("/tmp/mine2/x")}, files: Files{Folder: "/tmp/mine"}, want: "/tmp/mine2/x"},
		"policy's write": {paths: []PathUse{write("/tmp/w/x")}, files: Files{Write: []string{"/tmp/w/"}}},
		"no isolation":   {paths: []PathUse{write("/tmp/x")}, level: NoIsolation},
	} {
		r := Result{Facts: Facts{Paths: c.paths}, Observed: Observed{Started: true, Level: c.level}}
		r.Decision.Grant.Files = c.files
		r.conclude(context.Background(), &Submission{}, nil)
		got := strings.Join(r.Observed.Notes, "\n")
		if r.Status != Succeeded || (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, %q, want %q", name, r.Status, got, c.want)
		}
	}
}

// TestManyLostFiles (N8): the note stays one line that can be read.
func TestManyLostFiles(t *testing.T) {
	var r Result
	for i := range 1000 {
		r.Facts.Paths = append(r.Facts.Paths, PathUse{Path: fmt.Sprintf("/tmp/%d", i), Mode: "write", Certainty: Definite})
	}
	r.conclude(context.Background(), &Submission{}, nil)
	if n := r.Observed.Notes; len(n) != 1 || !strings.Contains(n[0], "/tmp/4 and 995 more") {
		t.Errorf("%q", n)
	}
}
