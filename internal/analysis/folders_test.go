package analysis

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// TestFolders proves that modules beside a script are part of the submission
// (P8, N4's input): each testdata/folders/*.txtar is a folder with its labels
// in "want", as in the corpus, accesses with their place.
func TestFolders(t *testing.T) {
	a := newTestAnalyser(t)
	files, _ := filepath.Glob("testdata/folders/*.txtar")
	if len(files) < 10 {
		t.Fatalf("only %d folders", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s, want := unpackFolder(t, file)
			f := analyse(t, a, s)
			checkFolder(t, want, f, s)
		})
	}
}

func unpackFolder(t *testing.T, file string) (*interlock.Submission, string) {
	archive, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir, want := t.TempDir(), ""
	s := &interlock.Submission{Name: "main.py", Folder: dir}
	for name, text := range archived(string(archive)) {
		switch name {
		case "want":
			want = strings.ReplaceAll(text, "$FOLDER", dir)
			continue
		case "main.py":
			s.Source = []byte(text)
		}
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return s, want
}

// archived reads the files of a txtar archive: "-- NAME --" starts one.
func archived(text string) map[string]string {
	files, name := map[string]string{}, ""
	for line := range strings.Lines(text) {
		if head, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(head, " --\n") {
			name = strings.TrimSuffix(head, " --\n")
			files[name] = ""
			continue
		}
		if name != "" {
			files[name] += line
		}
	}
	return files
}

func checkFolder(t *testing.T, want string, f *interlock.Facts, s *interlock.Submission) {
	t.Helper()
	labels := map[string][]string{}
	for line := range strings.Lines(want) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		labels[key] = append(labels[key], strings.TrimSpace(value))
	}
	if m, ok := labels["modules"]; ok {
		got := slices.Clone(f.Modules)
		slices.Sort(got)
		if w := strings.Join(got, " "); w != m[0] && !(w == "" && m[0] == "-") {
			t.Errorf("modules: got %q, want %q", w, m[0])
		}
		if len(s.Modules) != len(f.Modules) {
			t.Errorf("the submission has %d modules, the facts %d", len(s.Modules), len(f.Modules))
		}
		delete(labels, "modules")
	}
	if acc, ok := labels["access"]; ok && acc[0] != "-" {
		var got []string
		for i, text := range factsFor("access", f) {
			got = append(got, fmt.Sprintf("%s %s:%d", text, f.Accesses[i].File, f.Accesses[i].Line))
		}
		if !slices.Equal(got, acc) {
			t.Errorf("access:\n got  %v\n want %v", got, acc)
		}
		delete(labels, "access")
	}
	checkLabels(t, labels, f)
}

// TestSiblingsStayInside: links that lead out of the folder, files that are no
// files, and more than the bound are unresolved, never read.
func TestSiblingsStayInside(t *testing.T) {
	a := newTestAnalyser(t)
	outside := filepath.Join(t.TempDir(), "secret.py")
	if err := os.WriteFile(outside, []byte("import epics\nepics.caput('OUT', 1)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "linked.py")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.py"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"linked", "folder"} {
		s := &interlock.Submission{Name: "m.py", Folder: dir, Source: []byte("import " + name + "\n")}
		f := analyse(t, a, s)
		if len(s.Modules) != 0 || f.Complete || f.Control.Writes != interlock.Unresolved || len(f.Accesses) != 0 {
			t.Errorf("%s: modules %v, writes %v, complete %v, accesses %v", name, s.Modules, f.Control.Writes, f.Complete, f.Accesses)
		}
	}
}

// TestSiblingsAreBounded: over the bound is unresolved.
func TestSiblingsAreBounded(t *testing.T) {
	a := newTestAnalyser(t)
	dir, src := t.TempDir(), ""
	for i := range maxSiblings + 3 {
		name := fmt.Sprintf("m%d", i)
		src += "import " + name + "\n"
		if err := os.WriteFile(filepath.Join(dir, name+".py"), []byte("x = 1\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := &interlock.Submission{Name: "m.py", Folder: dir, Source: []byte(src)}
	f := analyse(t, a, s)
	if len(s.Modules) != maxSiblings || f.Complete || f.Control.Writes != interlock.Unresolved {
		t.Errorf("modules %d, complete %v, writes %v", len(s.Modules), f.Complete, f.Control.Writes)
	}
}

// TestAgain: analysing a submission twice gives the same facts and modules.
func TestAgain(t *testing.T) {
	a := newTestAnalyser(t)
	s, _ := unpackFolder(t, "testdata/folders/package.txtar")
	one := fmt.Sprint(*analyse(t, a, s))
	digest := s.Digest()
	if two := fmt.Sprint(*analyse(t, a, s)); one != two || s.Digest() != digest {
		t.Errorf("facts changed:\n%s\n%s", one, two)
	}
}

// TestRefusals proves the input gate's side of X12: each is a fact, not an error,
// and nothing counts as seen.
func TestRefusals(t *testing.T) {
	a := newTestAnalyser(t)
	for name, src := range map[string]string{
		"syntax":      "x = (\n",
		"nul":         "x = 1\x00\n",
		"latin-1":     "# caf\xe9\n",
		"utf-7":       "# coding: utf-7\nx = 1\n",
		"parentheses": strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000),
		"large":       "x = '" + strings.Repeat("y", 2<<20) + "'\n",
	} {
		f := analyse(t, a, &interlock.Submission{Name: "m.py", Source: []byte(src)})
		if f.SyntaxError == nil || f.SyntaxError.Message == "" || f.Complete || f.Control.Writes != interlock.Unresolved {
			t.Errorf("%s: %+v complete %v writes %v", name, f.SyntaxError, f.Complete, f.Control.Writes)
		}
	}
}

// TestBudget: code that would take too long to follow is unresolved (X12).
func TestBudget(t *testing.T) {
	a := newTestAnalyser(t)
	var b strings.Builder
	b.WriteString("def f(x):\n" + strings.Repeat("    y = [1, 2, 3, 4, 5, 6, 7, 8]\n", 1000))
	for i := range maxContexts {
		fmt.Fprintf(&b, "f(%d)\n", i)
	}
	f := analyse(t, a, &interlock.Submission{Name: "m.py", Source: []byte(b.String())})
	if f.Complete || f.Control.Writes != interlock.Unresolved || named("unresolved", f)[len(f.Unresolved)-1] != "budget" {
		t.Errorf("complete %v writes %v unresolved %v", f.Complete, f.Control.Writes, named("unresolved", f))
	}
}

// TestCancelled: a walk that is cancelled is an error, which refuses.
func TestCancelled(t *testing.T) {
	a := newTestAnalyser(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := a.Analyse(ctx, &interlock.Submission{Source: []byte("x = 1\n")}, &interlock.Facts{})
	if err == nil {
		t.Error("no error")
	}
}

type brokenStep struct{ panics bool }

func (brokenStep) Name() string { return "broken" }
func (s brokenStep) Run(context.Context, *Program) error {
	if s.panics {
		panic("boom")
	}
	return fmt.Errorf("no luck")
}

// TestStepsFailClosed proves X12: a step that fails or breaks refuses.
func TestStepsFailClosed(t *testing.T) {
	for _, panics := range []bool{false, true} {
		a, _ := New(context.Background(), Options{CacheDir: cacheDir(t), Steps: []Step{brokenStep{panics}}})
		err := a.Analyse(context.Background(), &interlock.Submission{Source: []byte("x = 1\n")}, &interlock.Facts{})
		if err == nil || !strings.Contains(err.Error(), "broken") {
			t.Errorf("panics %v: %v", panics, err)
		}
		a.Close(context.Background())
	}
}
