package science

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// program is one ordinary program and how it is started.
type program struct {
	name, library string
	script        string   // what is run
	module        string   // the file that the script names, where it is checked as well
	args          []string // what follows "--"
	stdin         string
	proof         *regexp.Regexp // what it must print
}

// way is how a library's own file is started. In driver, which is one line,
// %[1]s is the module's dotted name and %[2]s its path.
type way struct {
	driver, proof string
	alone         bool // a person could hand in the file itself: it is checked too
}

// Without the library's own configuration of pytest, which names plugins that it
// does not install, and without a rewriting of asserts that no cache would keep.
var how = map[string]way{
	"script": {},
	"pytest": {`import sys, pytest; sys.exit(pytest.main(["-q", "-c", "/dev/null", "--noconftest", "--assert=plain", "-p", "no:cacheprovider", "%[2]s"]))`,
		`[1-9]\d* passed`, true},
	"unittest": {`import unittest; unittest.main("%[1]s", argv=["unittest"])`, `Ran [1-9]\d* tests?.*\n+OK`, false},
	"doctest":  {`import doctest, sys, %[1]s; r = doctest.testmod(sys.modules["%[1]s"]); print(r); sys.exit(r.failed)`, `failed=0, attempted=[1-9]`, false},
}

// theirs reads testdata/theirs.txt; a line is the way, the file, arguments.
func theirs(t *testing.T, packages string) (all []program) {
	t.Helper()
	text, err := os.ReadFile("testdata/theirs.txt")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		w, ok := how[words[0]]
		if !ok || len(words) < 2 {
			t.Fatalf("theirs.txt: %q", line)
		}
		file := filepath.Join(packages, words[1])
		if _, err := os.Stat(file); err != nil {
			t.Fatalf("theirs.txt names what is not installed: %v", err)
		}
		library, _, _ := strings.Cut(words[1], "/")
		p := program{name: words[0] + " " + words[1], library: library, script: file, args: words[2:]}
		if w.driver != "" {
			p.proof = regexp.MustCompile(w.proof)
			dotted := strings.ReplaceAll(strings.TrimSuffix(words[1], ".py"), "/", ".")
			p.script = filepath.Join(folder, strings.NewReplacer("/", "_").Replace(words[1]))
			write(t, p.script, fmt.Sprintf(w.driver+"\n", dotted, file))
		}
		if w.alone {
			p.module = file
		}
		all = append(all, p)
	}
	return all
}

// ours are the scripts of testdata/ours, in a folder of this user's; the package
// in it may only be read, as in a folder that colleagues share. Comments "# args:" and "# stdin:" say how
// one is called; a module that says it is a helper of others is no script.
func ours(t *testing.T) (all []program) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "scripts")
	if err := os.CopyFS(folder, os.DirFS("testdata/ours")); err != nil {
		t.Fatal(err)
	}
	chmod(t, filepath.Join(folder, "beamtools"), 0o555)
	t.Cleanup(func() { chmod(t, filepath.Join(folder, "beamtools"), 0o755) })
	files, err := filepath.Glob(filepath.Join(folder, "*.py"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs in %s: %v", folder, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(text), `"""Helper of `) {
			continue
		}
		p := program{name: filepath.Base(file), script: file}
		for line := range strings.Lines(string(text)) {
			if args, ok := strings.CutPrefix(line, "# args: "); ok {
				p.args = strings.Fields(args)
			}
			if name, ok := strings.CutPrefix(line, "# stdin: "); ok {
				p.stdin = filepath.Join(folder, strings.TrimSpace(name))
			}
		}
		all = append(all, p)
	}
	return all
}

func chmod(t *testing.T, name string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(name, mode); err != nil {
		t.Error(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
