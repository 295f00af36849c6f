package analysis

import (
	"fmt"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
)

// TestGrowth: values that a few lines blow up stay bounded (X12, P17): each
// source is walked in well under the time that a person would notice.
func TestGrowth(t *testing.T) {
	a := newTestAnalyser(t)
	many := strings.Repeat("%s\n", 200)
	lines := func(format string) string { return strings.ReplaceAll(many, "%s", format) }
	var names strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&names, "'PV:%d', ", i)
	}
	for name, src := range map[string]string{
		"list":       "x = [1]\n" + lines("x = x + x"),
		"starred":    "x = [1]\n" + lines("x = [*x, *x]"),
		"string":     "x = 'a'\n" + lines("x = x + x"),
		"format":     "x = 'a'\n" + lines("x = f'{x}{x}{x}'"),
		"dict":       "x = {1: 1}\n" + lines("x = x | x") + lines("x = {**x, **x}") + lines("x.update(x)"),
		"nested":     "x = 1\n" + lines("x = [x, x]") + "y = x\nfor a in x:\n    for b in a:\n        y = [y, b]\n",
		"union":      "x = 1\n" + lines("x = (x, 1) if q else (x, 2)") + "print(x)\n",
		"product":    "x = [str(i) for i in range(100)]\nfor a in x:\n  for b in x:\n    for c in x:\n      y = a + b + c\n" + lines("y = a + b"),
		"names":      "import epics\nfor n in [" + names.String() + "]:\n    epics.caput(n, 1)\nepics.caput_many([" + names.String() + "], 1)\n",
		"functions":  "def f0(x): return x\n" + functionTower(60),
		"exec":       "c = 'x = 1'\n" + lines("exec(c); exec(c); exec(c)"),
		"exec exec":  "c = \"exec(c); exec(c)\"\nexec(c)\n",
		"iterator":   "class I:\n    def __iter__(self): return self\nfor a in I():\n    for b in I():\n        pass\n",
		"call is me": "class A: pass\nA.__call__ = A()\nA()()\n",
		"own member": "import epics\nl = []\nl.append(l)\nepics.caput(l, l)\nd = {}\nd['x'] = d\nepics.caput(d, d)\n" + "print(l, d, *l)\nfor a in l:\n    for b in a:\n        l.extend(b)\n",
		"partials":   "from functools import partial\np = print\n" + lines("p = partial(p, 1)") + "p()\n" + "def q(): return partial(q)\nq()()()\n",
		"iter is me": "class A:\n    def __iter__(self): return self\n    def __enter__(self): return self\n    def __getitem__(self, i): return self[i]\n    @property\n    def p(self): return self.p\n    def __add__(self, o): return self + o\na = A()\na[0], a.p, a + a\nwith a as b: pass\nfor c in a: pass\n",
		"dicts":      "x = {}\n" + lines("x['a'] = x; x = x['a']; x = {**x, 'b': x}"),
		"recursion":  "def f(n, *a): return f(n + 1, *a, n) + f(n + 2, *a, *a)\nf(0)\n",
		"closures":   "def f(x):\n    def g(y):\n        def h(z): return f(z)\n        return h\n    return g\n" + lines("f(1)(2)(3)"),
		"classes":    "class C: pass\n" + lines("class C(C): pass") + "C().x\n",
		"generators": "x = [[i, j, k] for i in range(90) for j in range(90) for k in range(90)]\n",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			f := analyse(t, a, &interlock.Submission{Name: "g.py", Source: []byte(src)})
			if d := time.Since(began); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
			if name == "names" && f.Control.Writes != interlock.Definite {
				t.Errorf("writes %v", f.Control.Writes)
			}
		})
	}
}

// functionTower is functions that each call the one before twice.
func functionTower(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "def f%d(x):\n    return f%d(x + 1) + f%d([x, x])\n", i+1, i, i)
	}
	fmt.Fprintf(&b, "f%d(1)\n", n)
	return b.String()
}
