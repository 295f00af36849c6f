package interlock

import (
	"context"
	"strings"
	"testing"
)

// TestHandedNothing (N8, X13): code that fails because it was given no arguments or no
// input is told how to give them; code that has them, or fails otherwise, is not.
func TestHandedNothing(t *testing.T) {
	source := []byte("import sys\nn = int(sys.argv[1])\nprint([1][n])\n")
	argparse := []Import{{Module: "argparse"}}
	for name, c := range map[string]struct {
		s       Submission
		raised  *Raised
		code    int
		imports []Import
		folder  string
		want    string
	}{
		"argv":           {s: Submission{Source: source}, raised: &Raised{Name: "IndexError", Line: 2}, code: 1, want: "-- ARGS"},
		"argv, given":    {s: Submission{Source: source, Args: []string{"1"}}, raised: &Raised{Name: "IndexError", Line: 2}, code: 1},
		"another list":   {s: Submission{Source: source}, raised: &Raised{Name: "IndexError", Line: 3}, code: 1},
		"no such line":   {s: Submission{Source: source}, raised: &Raised{Name: "IndexError", Line: 9}, code: 1},
		"input":          {raised: &Raised{Name: "EOFError", Message: "EOF when reading a line", Line: 1}, code: 1, want: "--stdin FILE"},
		"input, given":   {s: Submission{Stdin: []byte("x")}, raised: &Raised{Name: "EOFError", Message: "EOF when reading a line", Line: 1}, code: 1},
		"pickle":         {raised: &Raised{Name: "EOFError", Message: "Ran out of input", Line: 1}, code: 1},
		"manager":        {raised: &Raised{Name: "EOFError", Traceback: []string{"  File \"/usr/lib/python3.11/multiprocessing/managers.py\", line 566, in start"}}, code: 1, want: "get_context"},
		"through one":    {raised: &Raised{Name: "KeyError", Traceback: []string{"  File \"/usr/lib/python3.11/multiprocessing/managers.py\", line 837, in _callmethod"}}, code: 1},
		"relative":       {raised: &Raised{Name: "FileNotFoundError", Message: "[Errno 2] No such file or directory: 'resp/a.npz'"}, code: 1, folder: "/w", want: "begins in the script's folder"},
		"no folder":      {raised: &Raised{Name: "FileNotFoundError", Message: "[Errno 2] No such file or directory: 'a.npz'"}, code: 1, want: "does not see the script's folder"},
		"an input":       {s: Submission{Inputs: []string{"/home/u/resp/a.npz"}}, raised: &Raised{Name: "FileNotFoundError", Message: "[Errno 2] No such file or directory: 'resp/a.npz'"}, code: 1, want: "name it as /home/u/resp/a.npz"},
		"argparse":       {code: 2, imports: argparse, want: "-- ARGS"},
		"argparse, args": {s: Submission{Args: []string{"x"}}, code: 2, imports: argparse},
		"sys.exit(2)":    {code: 2},
		"sys.exit(3)":    {code: 3, imports: argparse},
	} {
		r := Result{Observed: Observed{Started: true, Exit: Exit{Code: c.code}}, Claims: Claims{Error: c.raised}, Facts: Facts{Imports: c.imports}}
		r.Decision.Grant.Files.Folder = c.folder
		r.conclude(context.Background(), &c.s, nil)
		if r.Status != Failed || r.ExitStatus() != 1 {
			t.Errorf("%s: %s, exit %d", name, r.Status, r.ExitStatus())
		}
		if hint := r.Error.Hint; (hint == "") != (c.want == "") || !strings.Contains(hint, c.want) {
			t.Errorf("%s: hint %q, want %q", name, hint, c.want)
		}
	}
}

// TestMissingModule (N8, P7): the package of a module that is named otherwise is named, and of
// another one it is said that this is a guess.
func TestMissingModule(t *testing.T) {
	for module, want := range map[string]string{
		"epics":   "/py/bin/python3 -m pip install pyepics; ",
		"IPython": "leave the import out where it is for display",
		"cv2":     "pip install opencv-python-headless; ",
		"torch":   "pip install torch (a package may be named otherwise than its module); ",
	} {
		r := Result{Observed: Observed{Started: true, Exit: Exit{Code: 1}}, Claims: Claims{Error: &Raised{Name: "ModuleNotFoundError", Message: "No module named '" + module + "'"}}}
		r.Decision.Grant.Environment.Interpreter = "/py"
		r.conclude(context.Background(), &Submission{}, nil)
		if !strings.Contains(r.Error.Hint, want) {
			t.Errorf("%s: %s", module, r.Error.Hint)
		}
	}
}
