package analysis

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// The corpus is a set of labelled scripts: testdata/corpus/KIND/NAME.py. The
// comment lines at the head of each are its labels, "# KEY: TEXT". A key that
// occurs must match the facts completely; "-" says that there are none. Keys:
//
//	writes, reads, complete   the classification
//	access      OP API KIND[CHANNELS] KIND[VALUES] CERTAINTY
//	written     KIND CHANNEL…: those of all writes together, sorted
//	command     the words of one command
//	path        MODE PATH
//	endpoint    HOST:PORT
//	install     the packages of one install
//	builtin     the names of all sensitive builtins referred to
//	import      the names of all imported modules
//	unresolved  what one unresolved fact is about (all distinct ones, if given)
//	syntax      a part of the syntax error's message
var labelKeys = []string{"writes", "reads", "complete", "access", "command", "path", "endpoint", "install",
	"builtin", "import", "unresolved", "syntax", "written"}

// TestCorpus proves X2 (detection side), P2, P3, P4, P5, P6, P7, P8 and N2's
// analysis side on labelled scripts.
func TestCorpus(t *testing.T) {
	a := newTestAnalyser(t)
	files, err := filepath.Glob("testdata/corpus/*/*.py")
	if err != nil || len(files) < 100 {
		t.Fatalf("the corpus is missing: %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, "testdata/corpus/"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			labels := labelsOf(t, string(src))
			if len(labels) == 0 {
				t.Fatal("no labels")
			}
			f := analyse(t, a, &interlock.Submission{Name: filepath.Base(file), Source: src})
			checkLabels(t, labels, f)
		})
	}
}

func newTestAnalyser(t testing.TB) *Analyser {
	t.Helper()
	a, err := New(context.Background(), Options{CacheDir: cacheDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(context.Background()) })
	return a
}

// cacheDir keeps the compiled parser between test processes where it can.
func cacheDir(t testing.TB) string {
	if dir, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(dir, "interlock-test")
		if os.MkdirAll(dir, 0o700) == nil {
			return dir
		}
	}
	return t.TempDir()
}

func analyse(t testing.TB, a *Analyser, s *interlock.Submission) *interlock.Facts {
	t.Helper()
	f := &interlock.Facts{Complete: true, Control: interlock.Control{Reads: interlock.None, Writes: interlock.None}}
	if err := a.Analyse(context.Background(), s, f); err != nil {
		t.Fatal(err)
	}
	return f
}

func labelsOf(t *testing.T, src string) map[string][]string {
	labels := map[string][]string{}
	for line := range strings.Lines(src) {
		text, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "# ")
		if !ok && strings.HasPrefix(line, "%%") { // a cell magic must be the first line
			continue
		}
		if !ok {
			break
		}
		key, value, ok := strings.Cut(text, ":")
		if !ok || !slices.Contains(labelKeys, key) {
			continue
		}
		labels[key] = append(labels[key], strings.TrimSpace(value))
	}
	return labels
}

func checkLabels(t *testing.T, labels map[string][]string, f *interlock.Facts) {
	t.Helper()
	for key, want := range labels {
		got := factsFor(key, f)
		if key == "syntax" {
			if len(got) != 1 || !strings.Contains(got[0], want[0]) {
				t.Errorf("syntax: got %q, want %q in it", got, want[0])
			}
			continue
		}
		if key == "builtin" || key == "import" {
			want = strings.Fields(want[0])
		}
		if slices.Equal(want, []string{"-"}) {
			want = nil
		}
		slices.Sort(want)
		slices.Sort(got)
		got = slices.Compact(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got  %s\n want %s", key, strings.Join(got, "\n      "), strings.Join(want, "\n      "))
		}
	}
}

func factsFor(key string, f *interlock.Facts) (out []string) {
	switch key {
	case "writes":
		return []string{f.Control.Writes.String()}
	case "reads":
		return []string{f.Control.Reads.String()}
	case "complete":
		return []string{strconv.FormatBool(f.Complete)}
	case "access":
		for _, a := range f.Accesses {
			out = append(out, fmt.Sprintf("%s %s %s%v %s%v %s", a.Op, a.API, a.Channels.Kind, a.Channels.Values,
				a.Value.Kind, a.Value.Values, a.Certainty))
		}
	case "written":
		return []string{written(f)}
	case "command":
		for _, c := range f.Commands {
			out = append(out, strings.Join(c.Argv, " "))
		}
	case "path":
		for _, p := range f.Paths {
			out = append(out, p.Mode+" "+p.Path)
		}
	case "endpoint":
		for _, e := range f.Endpoints {
			out = append(out, net.JoinHostPort(e.Host, strconv.Itoa(e.Port)))
		}
	case "install":
		for _, i := range f.Installs {
			out = append(out, strings.Join(i.Packages, " "))
		}
	default:
		return named(key, f)
	}
	return out
}

// written is the channels of all writes, with the vaguest of their kinds.
func written(f *interlock.Facts) string {
	kinds, all := []string{"exact", "pattern", "unknown"}, []string(nil)
	worst := 0
	for _, a := range f.Accesses {
		if a.Op != interlock.OpRead {
			worst = max(worst, slices.Index(kinds, a.Channels.Kind))
			all = append(all, a.Channels.Values...)
		}
	}
	slices.Sort(all)
	return strings.Join(append([]string{kinds[worst]}, slices.Compact(all)...), " ")
}

func named(key string, f *interlock.Facts) (out []string) {
	switch key {
	case "builtin":
		for _, b := range f.Builtins {
			out = append(out, b.Name)
		}
	case "import":
		for _, i := range f.Imports {
			out = append(out, i.Module)
		}
	case "unresolved":
		for _, u := range f.Unresolved {
			out = append(out, u.What)
		}
	case "syntax":
		if f.SyntaxError != nil {
			out = append(out, f.SyntaxError.Message)
		}
	}
	return out
}

// TestConcurrently: one analyser serves many at once, with the same answers.
func TestConcurrently(t *testing.T) {
	a := newTestAnalyser(t)
	files, _ := filepath.Glob("testdata/corpus/writing/*.py")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, file := range files {
				src, err := os.ReadFile(file)
				if err != nil {
					t.Error(err)
					return
				}
				f := &interlock.Facts{Complete: true, Control: interlock.Control{Reads: interlock.None, Writes: interlock.None}}
				s := &interlock.Submission{Name: filepath.Base(file), Source: src}
				if err := a.Analyse(context.Background(), s, f); err != nil || !f.Control.Writes.Detected() {
					t.Errorf("%s: %v, writes %v", file, err, f.Control.Writes)
				}
			}
		})
	}
	wg.Wait()
}
