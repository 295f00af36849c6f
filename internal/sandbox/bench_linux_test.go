package sandbox

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

// BenchmarkRun is the sandbox alone, on demand, next to plain python on the same
// code. INTERLOCK_BENCH_ENV names the environment.
func BenchmarkRun(b *testing.B) {
	env := os.Getenv("INTERLOCK_BENCH_ENV")
	for name, source := range map[string]string{
		"pass": "pass\n", "numpy": "import numpy; print(numpy.arange(10).sum())\n",
		"pyplot": "import numpy, pandas, matplotlib.pyplot as plt\nplt.plot([1,2,3])\nplt.close('all')\n",
	} {
		folder := b.TempDir()
		script := filepath.Join(folder, "x.py")
		if err := os.WriteFile(script, []byte(source), 0o644); err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/python3", func(b *testing.B) {
			for b.Loop() {
				if err := exec.Command(filepath.Join(env, "bin/python3"), script).Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/sandbox", func(b *testing.B) {
			sb := New(Options{Getenv: os.Getenv, CacheDir: b.TempDir()})
			g := grant(folder)
			g.Environment.Interpreter, g.Resources.Memory = env, 2<<30
			g.Resources.Processes = 64
			for i := 0; b.Loop(); i++ {
				sub := &interlock.Submission{ID: "bench", Name: "x.py", Source: []byte(source), Folder: folder}
				c, err := sb.Prepare(context.Background(), sub, g)
				if err != nil {
					b.Fatal(err)
				}
				o, claims, err := c.Run(context.Background(), sub, b.TempDir(), interlock.Streams{}, nil)
				if err != nil || o.Exit.Code != 0 {
					b.Fatalf("%v %+v %+v %s", err, o.Exit, claims.Error, o.Stderr)
				}
				c.Close()
			}
		})
	}
}

// firstByte notes when output begins.
type firstByte struct{ at time.Time }

func (f *firstByte) Write(b []byte) (int, error) {
	if f.at.IsZero() {
		f.at = time.Now()
	}
	return len(b), nil
}

// BenchmarkWarm is the sandbox alone with a child that is ready (pooled) or has
// to be confined for the grant first (on demand), in milliseconds from Prepare.
func BenchmarkWarm(b *testing.B) {
	env := os.Getenv("INTERLOCK_BENCH_ENV")
	for _, how := range []string{"pooled", "on-demand"} {
		for name, source := range map[string]string{
			"pass": "print(1)\n", "numpy": "import numpy; print(numpy.arange(10).sum())\n",
			"png": "import matplotlib.pyplot as plt\nplt.plot([1,2,3])\nplt.savefig('x.png')\nplt.close('all')\nprint(1)\n",
		} {
			b.Run(how+"/"+name, func(b *testing.B) { benchWarm(b, env, source, how == "pooled") })
		}
	}
}

func benchWarm(b *testing.B, env, source string, pooled bool) {
	folder := b.TempDir()
	g := grant(folder)
	g.Environment.Interpreter, g.Resources.Memory, g.Resources.Processes = env, 2<<30, 64
	sb := warmSandbox(b, g)
	var prepare, first, ended, closed []float64
	for i := 0; b.Loop(); i++ {
		if !pooled {
			g.Resources.Wall += time.Millisecond // a grant that was never seen
		}
		for st := sb.Pools()[0]; st.Spare < maxSpares || i > 0 && pooled && st.Ready < 2; st = sb.Pools()[0] {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond)
		sub := &interlock.Submission{ID: "bench", Name: "x.py", Source: []byte(source), Folder: folder}
		began, f := time.Now(), &firstByte{}
		since := func(t time.Time) float64 { return float64(t.Sub(began).Microseconds()) / 1000 }
		c, err := sb.Prepare(context.Background(), sub, g)
		if err != nil {
			b.Fatal(err)
		}
		prepare = append(prepare, since(time.Now()))
		workspace := b.TempDir()
		o, claims, err := c.Run(context.Background(), sub, workspace, interlock.Streams{Stdout: f}, nil)
		if err != nil || o.Exit.Code != 0 {
			b.Fatalf("%v %+v %+v %s", err, o.Exit, claims.Error, o.Stderr)
		}
		first, ended = append(first, since(f.at)), append(ended, since(time.Now()))
		c.Close()
		closed = append(closed, since(time.Now()))
	}
	for name, times := range map[string][]float64{"prepare": prepare, "first-byte": first, "ended": ended, "closed": closed} {
		slices.Sort(times)
		b.ReportMetric(times[len(times)/2], name+"-p50-ms")
		b.ReportMetric(times[len(times)*9/10], name+"-p90-ms")
	}
}
