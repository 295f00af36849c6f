package ledger_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// byHand is the script of docs/ledger.md.
const byHand = `{ printf 'interlock ledger entry v1\n'
  printf %s "$LINE" | sed -E 's/^\{"digest":"[0-9a-f]{64}","entry"://; s/\}$//'
} | sha256sum`

// TestDocumentedDigest: the way docs/ledger.md tells to check an entry without
// Interlock works.
func TestDocumentedDigest(t *testing.T) {
	// Compiled tests also run away from the checkout, without its documents.
	if doc, err := os.ReadFile("../../docs/ledger.md"); err == nil && !strings.Contains(string(doc), byHand) {
		t.Error("docs/ledger.md has another script than this test")
	}
	l := open(t, stateDir(t), nil)
	sample(t, l, 1)
	appendAll(t, l, record("denial", "r", map[string]any{"s": "é\u2028\x7f<&>\n", "n": 1e30, "i": int64(1) << 62}))
	data, c := export(t, l, false)
	for _, line := range linesOf(data)[1 : c.Seq+1] {
		cmd := exec.Command("sh", "-c", byHand)
		cmd.Env = append(os.Environ(), "LINE="+strings.TrimSuffix(string(line), "\n"))
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), digestOf(t, line)) {
			t.Errorf("%s: %s, %v", line, out, err)
		}
	}
}
