package ledger_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestDocumentedDigest: the way docs/ledger.md tells to check an entry without
// Interlock works.
func TestDocumentedDigest(t *testing.T) {
	doc, err := os.ReadFile("../../docs/ledger.md")
	if err != nil {
		t.Skipf("the documentation is not beside the tests: %v", err)
	}
	_, script, _ := strings.Cut(string(doc), "```sh\n")
	script, _, ok := strings.Cut(script, "```")
	if !ok {
		t.Fatal("docs/ledger.md has no script")
	}
	l := open(t, stateDir(t), nil)
	sample(t, l, 1)
	appendAll(t, l, record("denial", "r", map[string]any{"s": "é\u2028\x7f<&>\n", "n": 1e30, "i": int64(1) << 62}))
	data, c := export(t, l, false)
	for _, line := range linesOf(data)[1 : c.Seq+1] {
		cmd := exec.Command("sh", "-c", script)
		cmd.Env = append(os.Environ(), "LINE="+strings.TrimSuffix(string(line), "\n"))
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), digestOf(t, line)) {
			t.Errorf("%s: %s, %v", line, out, err)
		}
	}
}
