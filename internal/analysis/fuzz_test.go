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

// FuzzLosesNoWrite: whatever stands around it, a plain call of a write function
// that Python would parse as one is told of, or something unresolved is.
func FuzzLosesNoWrite(f *testing.F) {
	for _, around := range []string{"if x:\n    $", "for a in (1, 2):\n    if a > 1:\n        $", "def f(a=1):\n    return a\nf($)",
		"x = 0\nwhile x < 3:\n    x += 1\n    if x == 2:\n        $\n", "class A:\n    def p(self):\n        $\nA().p()"} {
		f.Add(around)
	}
	a := newTestAnalyser(f)
	f.Fuzz(func(t *testing.T, around string) {
		if !strings.Contains(around, "$") || strings.ContainsAny(around, "#'\"\\") {
			return // it may stand in a comment or in a text
		}
		src := "import epics\n" + strings.ReplaceAll(around, "$", "(epics.caput)('A', 1)") + "\n"
		facts := &interlock.Facts{Complete: true, Control: interlock.Control{Reads: interlock.None, Writes: interlock.None}}
		if err := a.Analyse(context.Background(), &interlock.Submission{Name: "f.py", Source: []byte(src)}, facts); err != nil {
			t.Fatal(err)
		}
		if facts.SyntaxError == nil && facts.Control.Writes == interlock.None && !dead(around) {
			t.Fatalf("the write is lost in %q", src)
		}
	})
}

// dead reports whether code may be settled never to run, or to bind the name anew.
func dead(s string) bool {
	for _, word := range []string{"if", "while", "return", "raise", "break", "continue", "epics", "import", "lambda", " or ", " and ", "0", "False", "None", "assert", "del", "case", "for", "*"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
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
		"go = False\ndef f():\n    if go:\n        $\ndef g():\n    global go\n    go = True\nf()\ng()",
		"go = False\nimport threading\ndef f():\n    while True:\n        if go:\n            $\nthreading.Thread(target=f).start()\ngo = True",
		"def m():\n    go = False\n    def s():\n        nonlocal go\n        go = True\n    s()\n    if go:\n        $\nm()",
		"def m():\n    rows = []\n    def cb(*a):\n        rows.append(1)\n    epics.camonitor('X', callback=cb)\n    if rows:\n        $\n    if len(rows) > 0:\n        $\nm()",
		"class C:\n    go = False\n    def f(self):\n        if self.go:\n            $\nc = C()\nc.f()\nC.go = True\nc.f()",
		"n = 0\nwhile True:\n    if n > 3:\n        $\n    n += 1", "first = True\nfor i in q:\n    if first:\n        first = False\n        continue\n    $",
		"done = False\nfor i in (1, 2):\n    if done:\n        $\n    done = True", "for i in (1, 2):\n    if i == 1:\n        continue\n    $",
		"for i in (1, 2):\n    try:\n        raise E\n    except E:\n        $", "x = None\ntry:\n    f()\n    x = 1\nfinally:\n    if x is None:\n        $",
		"def f(n):\n    if n > 3:\n        $\n        return\n    f(n + 1)\nf(0)", "go = 0\nfor a in q:\n    for b in (1, 2):\n        if go:\n            $\n    go = 1",
		"class E(__import__('enum').Enum):\n    A = 1\n    def f(self):\n        $\nE.A.f()", "class P:\n    @property\n    def x(self): return 1\n    @x.setter\n    def x(self, v):\n        $\nP().x = 3",
		"class D:\n    def __get__(self, o, t):\n        $\nclass C:\n    d = D()\nC().d", "class C:\n    def __getattr__(self, n):\n        $\nC().q",
		"from dataclasses import dataclass\n@dataclass\nclass C:\n    x: int = 0\n    def __post_init__(self):\n        $\nC()",
		"class B:\n    def __init_subclass__(cls):\n        $\nclass C(B): pass", "match [1, 2]:\n    case [a, b] if $:\n        pass",
		"import sys\nif len(sys.argv) > 9:\n    $", "x = 1\nexec('x = 2')\nif x == 2:\n    $",
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
