package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A script is a piece of work, in a folder of its own.
type script struct{ name, source, prints, folder string }

func (s *script) file() string { return filepath.Join(s.folder, "x.py") }

// scripts are written to disk for one run of the benchmark. What prints last has
// done all its work by its first byte.
func scripts(b *testing.B) []*script {
	all := []*script{
		{name: "print", source: "print(1)\n", prints: "1\n"},
		{name: "numpy", source: "import numpy\nprint(numpy.arange(10).sum())\n", prints: "45\n"},
		{name: "png", source: "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.savefig('x.png')\nprint(1)\n", prints: "1\n"},
		{name: "numpy+pandas+pyplot", source: "import numpy, pandas\nimport matplotlib.pyplot as plt\nprint(pandas.Series(numpy.arange(10)).sum())\n", prints: "45\n"},
	}
	for _, s := range all {
		s.folder = b.TempDir()
		if err := os.WriteFile(s.file(), []byte(s.source), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return all
}

// A subject is one way to run a script.
type subject struct {
	name   string
	how    string // what exactly was called
	absent string // why this machine cannot run it; "" where it can
	run    func(s *script) (took, error)
	settle func() // waits until what the last run set off behind it is over; may be nil
	light  bool   // many runs cost little time
}

// took is how long one run took from when it was asked for.
type took struct {
	first time.Duration // to the first byte of its output
	full  time.Duration // to the end: of the process, or of the recorded result
}

// watched notes when output begins, and keeps it.
type watched struct {
	began, first time.Time
	out          bytes.Buffer
}

func (w *watched) Write(b []byte) (int, error) {
	if w.first.IsZero() && len(b) > 0 {
		w.first = time.Now()
	}
	return w.out.Write(b)
}

// ended checks the output: a time of something else than the work is none.
func (w *watched) ended(s *script) (took, error) {
	now := time.Now()
	if got := w.out.String(); got != s.prints {
		return took{}, fmt.Errorf("%s printed %q instead of %q", s.name, got, s.prints)
	}
	return took{first: w.first.Sub(w.began), full: now.Sub(w.began)}, nil
}

// process measures a program that prints what the script prints.
func process(s *script, env []string, argv ...string) (took, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Dir = env, s.folder
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return took{}, err
	}
	w := &watched{began: time.Now()}
	if err := cmd.Start(); err != nil {
		return took{}, err
	}
	_, copied := io.Copy(w, out)
	if err := errors.Join(copied, cmd.Wait()); err != nil {
		return took{}, fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, lastLine(complaints.String()))
	}
	return w.ended(s)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// try marks subjects that do not run the script as absent, with what they say; it
// fills caches too.
func try(subjects []*subject, s *script) {
	for _, x := range subjects {
		if x.absent != "" {
			continue
		}
		if _, err := x.run(s); err != nil {
			x.absent = "it is here but does not run: " + err.Error()
		}
	}
}

// environ is a small environment with a home of its own, where libraries keep caches.
func environ(home string) []string {
	return []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "LANG=C.UTF-8"}
}
