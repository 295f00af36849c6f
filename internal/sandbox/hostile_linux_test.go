package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

// TestHidden (P4): hidden files beside the script and forbidden paths are not
// seen, ordinary ones are, and the folder itself is never changed.
func TestHidden(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		var folder string
		o := run(t, "import os\nprint(sorted(os.listdir('.')), os.path.exists('.env'), os.path.exists('sub/.git/config'))\n"+
			"for p in ('.env', 'sub/.git/config', 'forbidden/key'):\n  try: print(open(p).read())\n  except OSError as e: print('refused')\n"+
			"print(open('data.csv').read()); open('data.csv','w').write('changed'); os.remove('sub/x')",
			func(g *interlock.Grant, s *interlock.Submission) {
				at(g, s)
				folder = s.Folder
				for name, text := range map[string]string{".env": "SECRET", "sub/.git/config": "SECRET", "sub/x": "x", "forbidden/key": "SECRET", "data.csv": "1,2"} {
					p := filepath.Join(folder, name)
					if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				g.Files.Forbid = []string{filepath.Join(folder, "forbidden")}
			})
		if o.err != nil || o.Exit.Code != 0 {
			t.Fatalf("%v %+v %s%s", o.err, o.Exit, o.Stdout, o.Stderr)
		}
		out := string(o.Stdout)
		if strings.Contains(out, "SECRET") || strings.Count(out, "refused") != 3 || !strings.Contains(out, "1,2") {
			t.Errorf("the run saw: %s", out)
		}
		if b, err := os.ReadFile(filepath.Join(folder, "data.csv")); err != nil || string(b) != "1,2" {
			t.Errorf("the folder was changed: %q %v", b, err)
		}
		if _, err := os.Stat(filepath.Join(folder, "sub/x")); err != nil {
			t.Error("a file of the folder was removed")
		}
		if b, _ := os.ReadFile(filepath.Join(o.workspace, "data.csv")); string(b) != "changed" {
			t.Errorf("the workspace has %q", b)
		}
	})
}

// TestPinned: what runs, and what a spawned child of it would run, is what was
// analysed, whatever the folder says.
func TestPinned(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		o := run(t, "import helper\nprint(helper.word, open(__file__).read() == source)\n", func(g *interlock.Grant, s *interlock.Submission) {
			at(g, s)
			s.Source = append([]byte("source = "+`open(__file__).read()`+"\n"), s.Source...)
			s.Modules = []interlock.Module{{Name: "helper", Path: "helper.py", Source: []byte("word = 'analysed'\n")}}
			for name, text := range map[string]string{"helper.py": "word = 'swapped'\n", "x.py": "print('swapped')\n"} {
				if err := os.WriteFile(filepath.Join(s.Folder, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
		if o.err != nil || strings.TrimSpace(string(o.Stdout)) != "analysed True" {
			t.Errorf("%v: %s%s", o.err, o.Stdout, o.Stderr)
		}
		if len(o.Artifacts) != 0 {
			t.Errorf("pinned files count as artifacts: %+v", o.Artifacts)
		}
	})
}

// TestWorkspaceIsHostile: links and special files that the run leaves are not
// kept, and no link leads the supervisor out.
func TestWorkspaceIsHostile(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		o := run(t, "import os\nos.symlink('/etc/passwd','l'); os.symlink('/etc','d'); os.mkfifo('f') if os.getuid()==1000 and os.path.exists('/.runner') else None\n"+
			"os.mkdir('deep'); open('deep/kept','w').write('k'); os.mkdir('closed'); open('closed/x','w'); os.chmod('closed',0) if os.path.exists('/.runner') else None", at)
		if o.err != nil || o.Exit.Code != 0 {
			t.Fatalf("%v %+v %s", o.err, o.Exit, o.Stderr)
		}
		for _, name := range []string{"l", "d", "f"} {
			if _, err := os.Lstat(filepath.Join(o.workspace, name)); err == nil {
				t.Errorf("%s was kept", name)
			}
		}
		if b, _ := os.ReadFile(filepath.Join(o.workspace, "deep/kept")); string(b) != "k" {
			t.Error("an ordinary file was lost")
		}
		if len(o.Notes) == 0 {
			t.Error("nothing says that links were not kept")
		}
	})
}

// TestBombsInTheWorkspace (P17): what a run leaves cannot keep the supervisor
// busy or fill the disk beyond the workspace's limit.
func TestBombsInTheWorkspace(t *testing.T) {
	for name, source := range map[string]string{
		"a deep tree":  "import os\nfor i in range(150): os.mkdir('d'); os.chdir('d')",
		"sparse files": "for i in range(40):\n  with open(f's{i}','wb') as f: f.truncate(7<<20)",
		"hard links":   "import os\nopen('a','wb').write(b'x'*(4<<20))\nfor i in range(30): os.link('a', f'l{i}')",
	} {
		t.Run(name, func(t *testing.T) {
			eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
				began := time.Now()
				o := run(t, source, at)
				if o.err != nil || o.Limit == nil && o.Exit.Code != 0 {
					t.Fatalf("%v %+v %s", o.err, o.Exit, o.Stderr)
				}
				size, depth := int64(0), 0
				_ = filepath.WalkDir(o.workspace, func(p string, d os.DirEntry, err error) error {
					if info, e := d.Info(); e == nil && info.Mode().IsRegular() {
						size += info.Size()
					}
					depth = max(depth, strings.Count(p, "/")-strings.Count(o.workspace, "/"))
					return err
				})
				if size > 16<<20 || depth > maxDepth+1 || time.Since(began) > 10*time.Second {
					t.Errorf("kept %d bytes, %d deep, after %v", size, depth, time.Since(began))
				}
				if o.Limit == nil && !strings.Contains(strings.Join(o.Notes, "\n"), "not kept") {
					t.Errorf("nothing says that files were not kept: %q", o.Notes)
				}
			})
		})
	}
}

// TestOrdinaryErrorsAreNoLimits (X13): an exception that reads like a refused
// resource is the code's own failure.
func TestOrdinaryErrorsAreNoLimits(t *testing.T) {
	for name, source := range map[string]string{
		"a lock that is taken": "import fcntl\na=open('a','w'); b=open('a','w'); fcntl.flock(a,fcntl.LOCK_EX); fcntl.flock(b,fcntl.LOCK_EX|fcntl.LOCK_NB)",
		"words in a message":   "raise RuntimeError('[Errno 28] nothing to do with disk')",
		"a number in a text":   "raise ValueError('see [Errno 24] there')",
	} {
		if o := run(t, source, nil); o.err != nil || o.Limit != nil || o.Exit.Code != 1 {
			t.Errorf("%s: limit %+v, exit %+v, %v", name, o.Limit, o.Exit, o.err)
		}
	}
}

// TestLargeFolder (P4): where hidden files cannot all be found, nothing of the
// folder is seen; the script and its modules still run.
func TestLargeFolder(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		o := run(t, "import os, helper\nprint(helper.word, os.path.exists('zz/.secret'), len(os.listdir('.')))", func(g *interlock.Grant, s *interlock.Submission) {
			at(g, s)
			s.Modules = []interlock.Module{{Name: "helper", Path: "helper.py", Source: []byte("word = 'here'\n")}}
			for _, dir := range []string{"aa", "zz"} {
				if err := os.Mkdir(filepath.Join(s.Folder, dir), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(s.Folder, "zz/.secret"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			for i := range maxEntries {
				if err := os.WriteFile(filepath.Join(s.Folder, "aa", fmt.Sprint(i)), nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
		if o.err != nil || strings.TrimSpace(string(o.Stdout)) != "here False 2" {
			t.Errorf("%v %s%s", o.err, o.Stdout, o.Stderr)
		}
		if !strings.Contains(strings.Join(o.Notes, "\n"), "--input") {
			t.Errorf("notes %q", o.Notes)
		}
	})
}
