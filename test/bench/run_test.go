// Package bench measures what a person waits for, next to what they would type
// instead, in one run on one machine: absolute times here say little, ratios do.
package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

// pairs is how often each command runs, in turn with the other.
const pairs = 15

var scripts = []struct{ name, source string }{
	{"pass", "pass\n"},
	{"numpy", "import numpy\nprint(numpy.arange(10).sum())\n"},
	{"numpy+pandas+pyplot", "import numpy, pandas\nimport matplotlib.pyplot as plt\nprint(pandas.Series(numpy.arange(10)).sum())\n"},
}

// BenchmarkOneOff is `interlock run` without a daemon against plain python3:
// analysis, decision, sandbox, notebook and two durable records included.
func BenchmarkOneOff(b *testing.B) {
	binary, env := require.Binary(b), require.Env(b)
	home := b.TempDir()
	fmt.Printf("%-22s %12s %12s %8s   median of %d, in turn\n", "script", "python3", "interlock", "ratio", pairs)
	for _, s := range scripts {
		b.Run(s.name, func(b *testing.B) {
			script := filepath.Join(b.TempDir(), "x.py")
			if err := os.WriteFile(script, []byte(s.source), 0o644); err != nil {
				b.Fatal(err)
			}
			plain := func() *exec.Cmd { return exec.Command(filepath.Join(env, "bin", "python3"), script) }
			confined := func() *exec.Cmd { return exec.Command(binary, "run", "--env", env, script) }
			var a, c []time.Duration
			for i := range pairs + 1 {
				first, second := timed(b, plain(), home), timed(b, confined(), home)
				if i > 0 { // the first fills caches
					a, c = append(a, first), append(c, second)
				}
			}
			ratio := float64(median(c)) / float64(median(a))
			b.ReportMetric(ratio, "x-python3")
			fmt.Printf("%-22s %12v %12v %7.2fx   spread %v-%v / %v-%v\n", s.name, median(a).Round(100*time.Microsecond), median(c).Round(100*time.Microsecond),
				ratio, slices.Min(a).Round(time.Millisecond), slices.Max(a).Round(time.Millisecond), slices.Min(c).Round(time.Millisecond), slices.Max(c).Round(time.Millisecond))
		})
	}
}

func timed(b *testing.B, cmd *exec.Cmd, home string) time.Duration {
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return time.Since(began)
}

func median(d []time.Duration) time.Duration {
	s := slices.Clone(d)
	slices.Sort(s)
	return s[len(s)/2]
}
