package analysis

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/interlock-run/interlock"
)

// The parser says where a source stops being Python, in the words of a grammar. A few
// slips are so common that the grammar's words only hide them.
var (
	python2Print  = regexp.MustCompile(`^\s*(?:[^#"']*:\s*)?print\s+[^\s(=]`)
	python2Raise  = regexp.MustCompile(`^\s*raise\s+[\w.]+\s*,`)
	python2Number = regexp.MustCompile(`\b0[0-7]+\b|\b[0-9]+L\b`)
	python2Exec   = regexp.MustCompile(`^\s*exec\s+[^\s(=]`)
)

// slip adds to e what the line it points at looks like. It changes no verdict.
func slip(e *interlock.SyntaxError, src []byte) {
	lines := bytes.Split(src, []byte("\n"))
	if e.Line < 1 || e.Line > len(lines) {
		return
	}
	line := string(lines[e.Line-1])
	switch {
	case python2Print.MatchString(line):
		e.Message += "; this looks like Python 2: print is a function in Python 3, print(...)"
	case python2Raise.MatchString(line), python2Exec.MatchString(line), python2Number.MatchString(line) && !strings.Contains(e.Message, "quote"):
		e.Message += "; this looks like Python 2: port it to Python 3"
	case strings.Contains(strings.ToLower(e.Message), "indent") && mixed(lines, e.Line):
		e.Message += "; tabs and spaces are mixed: indent with spaces only"
	}
}

// mixed reports whether the line, from 1, is indented otherwise than the last one before
// it that is indented: one with tabs and one with spaces.
func mixed(lines [][]byte, line int) bool {
	here := indent(lines[line-1])
	if strings.Contains(here, "\t") && strings.Contains(here, " ") {
		return true
	}
	for i := line - 2; i >= 0; i-- {
		if before := indent(lines[i]); before != "" && len(bytes.TrimSpace(lines[i])) > 0 {
			return here != "" && strings.Contains(here, "\t") != strings.Contains(before, "\t")
		}
	}
	return false
}

func indent(line []byte) string {
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}
