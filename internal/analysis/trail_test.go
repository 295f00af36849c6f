package analysis

import (
	"fmt"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/ipynb"
)

// TestTimes: how often an access is made, from the loops around it.
func TestTimes(t *testing.T) {
	a := newTestAnalyser(t)
	for code, want := range map[string]string{
		"$": "once 1 1", "for i in range(3):\n    $": "number 3 3", "for i in range(1000):\n    $": "number 1000 1000",
		"import numpy as np\nfor v in np.linspace(0, 1, 11):\n    $": "number 11 11", "while True:\n    $": "unknown 0 0",
		"for i in range(2):\n    for j in 'abc':\n        $": "number 6 6", "import sys\nif sys.argv:\n    $": "range 0 1",
		"def f():\n    $\nf()\nf()": "number 2 2", "for i in range(4):\n    if q(i):\n        $": "range 0 4",
		"for l in open('f'):\n    $": "unknown 0 0", "x = [$ for i in range(5)]": "number 5 5",
		"def f(): $\nf()\n": "once 1 1", "def f(): $\nepics.camonitor('B', callback=f)": "unknown 0 0",
		"def f(x):\n    if x is None:\n        return\n    $\nimport sys\nf(sys.argv)": "range 0 1",
	} {
		src := "import epics\n" + strings.ReplaceAll(code, "$", "epics.caput('A', 1)") + "\n"
		f := analyse(t, a, &interlock.Submission{Name: "t.py", Source: []byte(src)})
		got := ""
		for _, x := range f.Accesses {
			if x.Op == interlock.OpWrite {
				got = fmt.Sprintf("%s %d %d", x.Times.Kind, x.Times.Min, x.Times.Max)
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", code, got, want)
		}
	}
}

// TestTrail: an access says through which lines the program gets there, and where
// its channel comes from; what is unknown says why.
func TestTrail(t *testing.T) {
	src := "import epics\nAREA = 'SR'\ndef put(name, v):\n    full = AREA + name\n    epics.caput(full, v)\ndef main():\n    put(':K1', 2)\nmain()\nepics.caput(input(), 1)\n"
	f := analyse(t, newTestAnalyser(t), &interlock.Submission{Name: "t.py", Source: []byte(src)})
	var got []string
	for _, s := range f.Accesses[0].Trail {
		got = append(got, fmt.Sprintf("%s %d", s.Kind, s.Line))
	}
	want := "call 8 call 7 assignment 2 assignment 4 argument 7 argument 7"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
	if why := f.Accesses[1].Channels.Why; !strings.Contains(why, "types") {
		t.Errorf("why is %q", why)
	}
}

// TestAlternatives: more possibilities than are followed are unknown, with why,
// and never dropped (X12).
func TestAlternatives(t *testing.T) {
	src := "import epics\nfor a in range(900):\n    for b in range(900):\n        epics.caput(f'{a}x{b}', 1)\n"
	f := analyse(t, newTestAnalyser(t), &interlock.Submission{Name: "t.py", Source: []byte(src)})
	c := f.Accesses[0].Channels
	if c.Kind == "exact" || c.Kind == "unknown" && c.Why == "" || f.Control.Writes != interlock.Definite {
		t.Errorf("%+v, writes %v", c, f.Control.Writes)
	}
}

func TestEnvironment(t *testing.T) {
	src := "import os\nos.environ['A'] = '1'\nos.getenv('B', 'x')\nos.environ.get('C')\nprint(os.environ['D'])\ndict(os.environ.items())\nos.environ.update(E='1')\n"
	f := analyse(t, newTestAnalyser(t), &interlock.Submission{Name: "t.py", Source: []byte(src)})
	var got []string
	for _, e := range f.Environment {
		got = append(got, e.Mode+" "+e.Name)
	}
	if s := strings.Join(got, ", "); s != "write A, read B, read C, read D, read *, write E" {
		t.Error(s)
	}
}

// TestNotebook: a notebook's cells are one program, magics told cell by cell, and
// positions are those of the cells.
func TestNotebook(t *testing.T) {
	src, err := ipynb.Program([]byte(`{"nbformat": 4, "cells": [
	 {"cell_type": "code", "source": "%matplotlib inline\nfrom epics import caput\npv = 'A:SP'"},
	 {"cell_type": "markdown", "source": "caput"},
	 {"cell_type": "code", "source": "\ncaput(pv, 1)\nfiles = !caput X:SP 2"},
	 {"cell_type": "code", "source": "%%bash\ncaput B:SP 3"},
	 {"cell_type": "code", "source": "%env FOO=1\n%pip install numpy\n%timeit caput('C:SP', 1)\n?caput"},
	 {"cell_type": "code", "source": "%%writefile go.py\nimport epics\nepics.caput('D:SP', 1)"},
	 {"cell_type": "code", "source": "%run go.py\nx = await caput('E:SP', 1)"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	f := analyse(t, newTestAnalyser(t), &interlock.Submission{Name: "n.ipynb", Source: src})
	var got []string
	for _, a := range f.Accesses {
		got = append(got, fmt.Sprintf("%s@%d.%d", strings.Join(a.Channels.Values, "+"), a.Cell, a.CellLine))
	}
	if s := strings.Join(got, " "); s != "A:SP@3.2 X:SP@3.3 B:SP@4.1 C:SP@5.3 D:SP@7.1 E:SP@7.2" {
		t.Error(s)
	}
	if len(f.Environment) != 1 || len(f.Installs) != 1 || f.SyntaxError == nil || !strings.HasPrefix(f.SyntaxError.Message, "cell 3 line 3: ") {
		t.Errorf("%+v %+v %+v", f.Environment, f.Installs, f.SyntaxError)
	}
}
