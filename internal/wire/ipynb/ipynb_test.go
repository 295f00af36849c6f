package ipynb

import (
	"errors"
	"strings"
	"testing"
)

const four = `{"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": {"name": "python"}}, "cells": [
 {"cell_type": "markdown", "id": "a", "source": "# Title"},
 {"cell_type": "code", "id": "b", "source": ["%matplotlib inline\n", "import epics"], "outputs": [], "metadata": {}, "execution_count": 1},
 {"cell_type": "raw", "source": "caput X 1"},
 {"cell_type": "code", "source": "%%bash\ncaput A 1\n"},
 {"cell_type": "code", "source": "%%time\nepics.caput('A', 1)"},
 {"cell_type": "code", "source": "s = '''\n%matplotlib inline\n'''"}]}`

// TestProgram: code cells in order, as one program whose positions lead back.
func TestProgram(t *testing.T) {
	got, err := Program([]byte(four))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(got), "# %matplotlib inline\nimport epics\n\n# %% cell 4\n%%bash\n#| caput A 1\n") {
		t.Errorf("got %q", got)
	}
	lines := strings.Split(string(got), "\n")
	cells := CellsOf(got)
	for i, line := range lines {
		cell, in := cells.Place(i + 1)
		switch {
		case line == "import epics" && (cell != 2 || in != 2), strings.HasPrefix(line, "epics.caput") && (cell != 5 || in != 2),
			line == "%matplotlib inline" && (cell != 6 || in != 2):
			t.Errorf("%q is at cell %d line %d", line, cell, in)
		}
	}
	if strings.Contains(string(got), "Title") || strings.Contains(string(got), "caput X") {
		t.Error("a cell that is no code is in the program")
	}
}

func TestThree(t *testing.T) {
	got, err := Program([]byte(`{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python"}]}]}`))
	if err != nil || !strings.Contains(string(got), "x = 1\ny = 2\n") {
		t.Errorf("%q, %v", got, err)
	}
}

// TestFaults: a file that is no notebook is refused with what is wrong, and where.
func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"{\n \"cells\": [,]}":         "line 2 column",
		"x = 1":                       "line 1 column 1",
		"{}":                          "no nbformat",
		`{"nbformat": 5}`:             "nbformat is 5",
		`{"nbformat": 4, "cells": 3}`: "not a list",
		`{"nbformat": 4, "cells": [{"cell_type": "code"}]}`:                                 "cell 1",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "SOURCE": "x"}]}`:                  "without source",
		`{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}`:                    "neither",
		`{"nbformat": 4, "metadata": {"kernelspec": {"language": "julia"}}, "cells": []}`:   "julia",
		`{"nbformat": 4, "x": ` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`: "deeper",
		"{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": \"\xff\"}]}":   "UTF-8",
	} {
		_, err := Program([]byte(text))
		var f *Fault
		if !errors.As(err, &f) || !strings.Contains(f.Error(), want) || f.Hint == "" {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

// FuzzProgram: nothing breaks the reader, and every place lies in its cell.
func FuzzProgram(f *testing.F) {
	f.Add([]byte(four))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Program(b)
		if err != nil {
			return
		}
		cells := CellsOf(got)
		for i := range strings.Count(string(got), "\n") {
			if cell, in := cells.Place(i + 1); cell > 0 && in < 1 {
				t.Fatalf("line %d is at cell %d line %d", i+1, cell, in)
			}
		}
	})
}
