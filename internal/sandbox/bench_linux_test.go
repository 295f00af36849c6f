package sandbox

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

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
				o, claims, err := c.Run(context.Background(), sub, b.TempDir(), interlock.Streams{})
				if err != nil || o.Exit.Code != 0 {
					b.Fatalf("%v %+v %+v %s", err, o.Exit, claims.Error, o.Stderr)
				}
				c.Close()
			}
		})
	}
}
