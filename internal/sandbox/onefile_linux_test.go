package sandbox

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/interlock-run/interlock"
)

// P4: a root of the grant may be one file: its neighbours are not seen, and one that is
// written changes on the host.
func TestOneFileIsShown(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		dir := t.TempDir()
		if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // #nosec G302 -- a run that root starts is another user
			t.Fatal(err)
		}
		file := func(name string) string { return filepath.Join(dir, name) }
		for _, name := range []string{"read", "write", "neighbour"} {
			if err := os.WriteFile(file(name), []byte("old "+name), 0o666); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(file(name), 0o666); err != nil { // #nosec G302 -- a run that root starts is another user
				t.Fatal(err)
			}
		}
		o := run(t, "import os\nd = '"+dir+"/'\nprint(open(d + 'read').read())\nopen(d + 'write', 'w').write('new')\n"+
			"for name, mode in (('read', 'w'), ('neighbour', 'r')):\n  try: open(d + name, mode); print('seen', name)\n  except OSError: pass\n",
			func(g *interlock.Grant, s *interlock.Submission) {
				at(g, s)
				g.Files.Read, g.Files.Write = []string{file("read")}, []string{file("write")}
			})
		if o.err != nil || o.Exit.Code != 0 || string(o.Stdout) != "old read\n" {
			t.Fatalf("%v %+v %s%s", o.err, o.Exit, o.Stdout, o.Stderr)
		}
		for name, want := range map[string]string{"read": "old read", "write": "new", "neighbour": "old neighbour"} {
			if b, err := os.ReadFile(file(name)); err != nil || string(b) != want {
				t.Errorf("%s: %q, %v", name, b, err)
			}
		}
	})
}
