package analysis

import (
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
)

// TestSlips (N8): the commonest reasons why a file is not Python are named, and are
// not guessed where the line does not look like one.
func TestSlips(t *testing.T) {
	a := newTestAnalyser(t)
	for source, want := range map[string]string{
		"print \"hello\"\n":                     "looks like Python 2: print is a function",
		"if True: print x\n":                    "looks like Python 2: print is a function",
		"raise ValueError, 'no'\n":              "looks like Python 2",
		"x = 0777\n":                            "looks like Python 2",
		"x = 10L\n":                             "looks like Python 2",
		"exec 'x = 1'\n":                        "looks like Python 2",
		"def f():\n\tx = 1\n        return x\n": "tabs and spaces are mixed",
		"def f(:\n    pass\n":                   "",
		"print('a'\nx = 1\n":                    "",
		"s = 'run 007\n":                        "",
		"def f():\n    x = 1\n      return x\n": "",
		"for i in range(3):\nprint(i)\n":        "",
	} {
		f := analyse(t, a, &interlock.Submission{Name: "s.py", Source: []byte(source)})
		if f.SyntaxError == nil {
			t.Errorf("%q: no syntax error", source)
			continue
		}
		got := f.SyntaxError.Message
		if want == "" && (strings.Contains(got, "Python 2") || strings.Contains(got, "mixed")) || !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %q", source, got, want)
		}
	}
}
