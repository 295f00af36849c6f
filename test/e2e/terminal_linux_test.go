package e2e

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/hosttest"
)

// On a terminal nothing a run writes is obeyed: no colour, no cursor movement, no
// reordering. Design: "The command line".
func TestTerminalIsShownControlCharacters(t *testing.T) {
	script := filepath.Join(t.TempDir(), "paints.py")
	const source = "import sys\nprint('\\x1b[2J\\x1b[31mred \\u202eabc\\r50%')\nprint('\\x1b]0;title\\x07', file=sys.stderr)\n"
	if err := os.WriteFile(script, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	outer, inner := hosttest.Terminal(t)
	cmd := program(t, t.TempDir(), "run", script)
	cmd.Stdout, cmd.Stderr = inner, inner
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inner.Close()
	var shown bytes.Buffer
	io.Copy(&shown, outer) // ends with EIO when the last writer has gone
	outer.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %q", err, shown.String())
	}
	text := strings.ReplaceAll(shown.String(), "\r\n", "\n") // the terminal's own
	for _, want := range []string{`\x1b[2J\x1b[31mred \u202eabc\r50%`, `\x1b]0;title\x07`} {
		if !strings.Contains(text, want) {
			t.Errorf("the terminal does not show %q:\n%q", want, text)
		}
	}
	if i := strings.IndexAny(text, "\x1b\r\x07\u202e"); i >= 0 {
		t.Errorf("byte %d reached the terminal raw: %q", i, text)
	}
}
