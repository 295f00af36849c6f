package reason_test

import (
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/reason"
)

// N8: rule, policy line, source line and what would be allowed, in one text.
func TestRender(t *testing.T) {
	r := interlock.Reason{Rule: "imports.deny", Effect: interlock.Deny,
		Policy: interlock.PolicyLine{File: "scientific.yaml", Line: 14}, Source: interlock.Pos{Line: 2, Column: 8},
		Message: "import of subprocess is refused: it starts programs", Hint: "use numpy"}
	want := strings.Join([]string{
		"refused: import of subprocess is refused: it starts programs",
		"  at line 2, column 8",
		"    2 | import subprocess",
		"      |        ^",
		"  rule: imports.deny (scientific.yaml:14)",
		"  hint: use numpy",
	}, "\n")
	if got := reason.Render(r, []byte("import os\r\nimport subprocess\r\n")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRenderLeavesOutWhatIsNotKnown(t *testing.T) {
	if got := reason.Render(interlock.Reason{Message: "no"}, nil); got != "refused: no" {
		t.Errorf("got %q", got)
	}
	if got := reason.Render(interlock.Reason{Effect: 99, Message: "x"}, nil); got != "refused: x" {
		t.Errorf("an unknown effect must read as a refusal, got %q", got)
	}
}

// X13: what is not Python has failed, and was not refused by a policy.
func TestRenderSyntax(t *testing.T) {
	if got := reason.Render(interlock.Reason{Rule: "syntax", Message: "no"}, nil); got != "error: no\n  rule: syntax" {
		t.Errorf("got %q", got)
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("x", 500) + "HERE" + strings.Repeat("y", 500)
	for name, c := range map[string]struct {
		source   string
		line     int
		column   int
		contains string
		caretOn  string // what stands above the caret
	}{
		"bidi is shown, not obeyed":    {"a = '\u202e' + evil", 1, 11, `\u202e`, "evil"},
		"escape sequences are shown":   {"\x1b[2Jx", 1, 5, `\x1b[2Jx`, "x"},
		"a tab keeps the caret right":  {"\tf(x)", 1, 2, "f(x)", "f(x)"},
		"a long line is cut":           {long, 1, 501, "…", "HERE"},
		"columns count code points":    {"é = open(x)", 1, 5, "open", "open"},
		"a lone CR ends a line":        {"a\rb", 2, 1, "b", "b"},
		"one past the end has a caret": {"ab", 1, 3, "ab", ""},
	} {
		got := reason.Snippet([]byte(c.source), c.line, c.column)
		lines := strings.Split(got, "\n")
		if len(lines) != 2 || !strings.Contains(lines[0], c.contains) {
			t.Errorf("%s: got\n%s", name, got)
			continue
		}
		text, caret := []rune(lines[0]), len([]rune(lines[1]))-1
		if c.caretOn != "" && !strings.HasPrefix(string(text[caret:]), c.caretOn) {
			t.Errorf("%s: the caret is not on %q:\n%s", name, c.caretOn, got)
		}
		if len(text) > reason.Width+20 {
			t.Errorf("%s: %d columns", name, len(text))
		}
	}
	for _, line := range []int{-1, 0, 4} {
		if got := reason.Snippet([]byte("a\nb"), line, 1); got != "" {
			t.Errorf("line %d gave %q", line, got)
		}
	}
}

// TestSnippetOfCell: a line of a notebook has the number that Jupyter shows.
func TestSnippetOfCell(t *testing.T) {
	source := []byte("a\nb\nc\nsecond(cell)\n")
	if got := reason.SnippetAt(source, interlock.Pos{Line: 4, Column: 1, Cell: 2, CellLine: 1}); got != "    1 | second(cell)\n      | ^" {
		t.Errorf("%q", got)
	}
	if got := reason.SnippetAt(source, interlock.Pos{Line: 2, Column: 1}); got != "    2 | b\n      | ^" {
		t.Errorf("%q", got)
	}
}
