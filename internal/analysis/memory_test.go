package analysis

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// TestMemory: P17: what a script of a megabyte can have the analysis build is bounded
// by its budget, and where that is spent the facts say that they are not complete.
func TestMemory(t *testing.T) {
	a := newTestAnalyser(t)
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format+"\n", i)
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"lists in a dict": "x = {" + strings.ReplaceAll(lines(30_000, "'k%d': ['v'] * 1000,"), "\n", " ") + "}\n",
		"long texts":      lines(30_000, "a%d = 'a' * 65536"),
		"long lists":      "x = ['a'] * 1000\n" + lines(30_000, "a%d = x + [1]"),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f := analyse(t, a, &interlock.Submission{Name: "x.py", Source: []byte(src)})
		runtime.ReadMemStats(&after)
		if built := after.TotalAlloc - before.TotalAlloc; built > 400<<20 {
			t.Errorf("%s: %d MiB were built", name, built>>20)
		}
		if f.Complete {
			t.Errorf("%s: the budget was not spent, so nothing was shown", name)
		}
	}
}
