package analysis

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/test/require"
)

// ordinary joins scripts of the evaluation set until there are enough lines.
func ordinary(b *testing.B, lines int) []byte {
	b.Helper()
	var src strings.Builder
	files, _ := filepath.Glob("testdata/eval/[rsw]*/*.py")
	for i := 0; strings.Count(src.String(), "\n") < lines; i++ {
		text, err := os.ReadFile(files[i*37%len(files)])
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "from __future__") {
				src.WriteString(line)
			}
		}
	}
	all := strings.SplitAfter(src.String(), "\n")
	for n := min(lines, len(all)); n > 0; n-- { // the longest beginning that ends between two statements
		if n == len(all) || all[n] != "" && !strings.ContainsAny(all[n][:1], " \t)]}#\n\"'") && !strings.HasPrefix(all[n], "e") {
			return []byte(strings.Join(all[:n], ""))
		}
	}
	b.Fatal("no statement ends")
	return nil
}

// BenchmarkAnalyse is 200 lines, source to facts, by an analyser that has loaded
// the parser and the tables that they name.
func BenchmarkAnalyse(b *testing.B) {
	a, s := newTestAnalyser(b), &interlock.Submission{Name: "b.py", Source: ordinary(b, 200)}
	analyse(b, a, s)
	for b.Loop() {
		if f := analyse(b, a, s); f.SyntaxError != nil {
			b.Fatal(f.SyntaxError)
		}
	}
}

// BenchmarkSizes prints what programs of several sizes take, next to CPython's ast
// (parse and walk) and Bandit, each in a process that has loaded it.
// INTERLOCK_BENCH_BANDIT is a Python that has Bandit.
func BenchmarkSizes(b *testing.B) {
	python := os.Getenv("INTERLOCK_BENCH_BANDIT")
	if python == "" {
		require.Skip(b, require.Toolchain, "INTERLOCK_BENCH_BANDIT names no Python with Bandit: `make bench` makes one")
	}
	for b.Loop() { // once: the table is the result
		printSizes(b, python)
	}
}

func printSizes(b *testing.B, python string) {
	b.Helper()
	a := newTestAnalyser(b)
	fmt.Printf("%6s %14s %14s %14s   medians, ms\n", "lines", "analysis", "CPython ast", "Bandit")
	for _, lines := range []int{50, 200, 1000, 5000} {
		s := &interlock.Submission{Name: "b.py", Source: ordinary(b, lines)}
		if f := analyse(b, a, s); f.SyntaxError != nil {
			b.Fatalf("%d lines: %v", lines, f.SyntaxError)
		}
		others := pythonTimes(b, python, s.Source)
		var took []time.Duration
		for range 15 {
			began := time.Now()
			analyse(b, a, s)
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		fmt.Printf("%6d %14.2f %14.2f %14.2f\n", lines, float64(took[len(took)/2].Microseconds())/1000, others["ast"], others["bandit"])
	}
}

// pythonTimes returns milliseconds by name.
func pythonTimes(b *testing.B, python string, source []byte) (times map[string]float64) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "b.py")
	if err := os.WriteFile(file, source, 0o600); err != nil {
		b.Fatal(err)
	}
	out, err := exec.Command(python, "testdata/others.py", file).Output()
	if err != nil {
		b.Fatalf("%s testdata/others.py: %v", python, err)
	}
	if err := json.Unmarshal(out, &times); err != nil {
		b.Fatal(err)
	}
	return times
}
