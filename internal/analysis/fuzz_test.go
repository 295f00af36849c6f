package analysis

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// FuzzAnalyse: no source breaks the analysis, and nothing that is refused counts
// as seen (X12, P13).
func FuzzAnalyse(f *testing.F) {
	files, _ := filepath.Glob("testdata/corpus/*/*.py")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	a := newTestAnalyser(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		facts := &interlock.Facts{Complete: true, Control: interlock.Control{Reads: interlock.None, Writes: interlock.None}}
		if err := a.Analyse(context.Background(), &interlock.Submission{Name: "f.py", Source: src}, facts); err != nil {
			t.Fatal(err)
		}
		if facts.SyntaxError != nil && (facts.Complete || facts.Control.Writes == interlock.None) {
			t.Fatalf("refused, and yet complete: %+v", facts)
		}
		for _, u := range facts.Unresolved {
			if facts.Complete || u.Writes && facts.Control.Writes == interlock.None {
				t.Fatalf("unresolved, and yet complete: %+v", u)
			}
		}
	})
}

// TestNoSimplerMatcherSeesMore: a call of a write function of pyepics by its
// plain name is found wherever it stands.
func TestNoSimplerMatcherSeesMore(t *testing.T) {
	a := newTestAnalyser(t)
	for _, code := range []string{
		"$", "if x:\n    $", "for x in y:\n    $", "while x:\n    $", "try:\n    $\nfinally:\n    pass", "try:\n    pass\nexcept E:\n    $",
		"try:\n    pass\nfinally:\n    $", "with x:\n    $", "def f():\n    $", "class C:\n    $", "class C:\n    def m(self):\n        $",
		"async def f():\n    async for x in y:\n        $", "x = [$ for i in y]", "x = {i: $ for i in y}", "lambda: $", "x = ($ if y else 0)",
		"x = y and $", "x = f'{$}'", "match x:\n    case 1:\n        $", "def f(a=$): pass", "@d($)\ndef f(): pass", "assert $, $",
		"del x[$]", "x[$] = 1", "x[$:1]", "f(**{'a': $})", "raise E($)", "return_ = [*[$]]", "class C(b($)): pass", "def f() -> $: pass",
		"x: int = $", "x += $", "if (y := $): pass", "yield_ = (i for i in [$])", "def f():\n    return 1\n    $\n", "def g():\n    yield $",
		"def f():\n    def g():\n        def h():\n            $", "try:\n    pass\nexcept* E:\n    $", "for x in y:\n    break\nelse:\n    $",
	} {
		src := "import epics\n" + strings.ReplaceAll(code, "$", "epics.caput('A', 1)") + "\n"
		facts := analyse(t, a, &interlock.Submission{Name: "f.py", Source: []byte(src)})
		if facts.SyntaxError != nil {
			t.Errorf("%q is no Python: %v", code, facts.SyntaxError)
		}
		if !strings.Contains(code, "return 1") && (len(facts.Accesses) == 0 || facts.Control.Writes == interlock.None) {
			t.Errorf("%q: the write is lost", code)
		}
	}
}

// BenchmarkAnalyse measures 200 lines, parse to facts, warm; the goal is 2 ms.
func BenchmarkAnalyse(b *testing.B) {
	var src strings.Builder
	files, _ := filepath.Glob("testdata/corpus/*i[ne][ng]*/*.py")
	for i := 0; strings.Count(src.String(), "\n") < 200; i++ {
		text, err := os.ReadFile(files[i%len(files)])
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "from __future__") {
				src.WriteString(line)
			}
		}
	}
	a := newTestAnalyser(b)
	s := &interlock.Submission{Name: "b.py", Source: []byte(src.String())}
	for b.Loop() {
		if f := analyse(b, a, s); f.SyntaxError != nil {
			b.Fatal(f.SyntaxError)
		}
	}
}
