package analysis

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The head of a script of the set is its label, comment lines "# KEY: TEXT":
//
//	source    the public code that the script follows, written anew, or "own"
//	kind      writing, reading, science, tempting (looks like writing, is not), hostile (writes, and hides it)
//	writes    yes or no: whether it writes when it is executed
//	channels  all that it writes, sorted; "-"; or "runtime", where the names are run-time data
//	reads     yes or no
//	argv      arguments it is run with (optional)
var evalKinds = []string{"writing", "hostile", "reading", "tempting", "science"}

type evalScript struct {
	path, kind, name string
	source           []byte
	label            map[string]string
	channels, argv   []string
}

func (s evalScript) writes() bool  { return s.label["writes"] == "yes" }
func (s evalScript) runtime() bool { return s.label["channels"] == "runtime" }

func loadEvalSet(t testing.TB, dir string) []evalScript {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.py"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s: %v", dir, err)
	}
	var set []evalScript
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := evalScript{path: file, kind: filepath.Base(filepath.Dir(file)), name: strings.TrimSuffix(filepath.Base(file), ".py"), source: src}
		s.label = headOf(string(src))
		s.argv = strings.Fields(s.label["argv"])
		if c := s.label["channels"]; c != "-" && c != "runtime" {
			s.channels = strings.Fields(c)
		}
		set = append(set, s)
	}
	return set
}

func headOf(src string) map[string]string {
	label := map[string]string{}
	for line := range strings.Lines(src) {
		text, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		key, value, ok := strings.Cut(text, ":")
		if key = strings.TrimSpace(key); ok && slices.Contains([]string{"source", "kind", "writes", "channels", "reads", "argv"}, key) {
			label[key] = strings.TrimSpace(value)
		}
	}
	return label
}

// TestEvalSet: the set is large enough, labelled, and frozen.
func TestEvalSet(t *testing.T) {
	set := loadEvalSet(t, "testdata/eval")
	following := 0
	for _, s := range set {
		if s.label["source"] != "own" {
			following++
		}
		for _, fault := range labelFaults(s) {
			t.Errorf("%s: %s", s.path, fault)
		}
	}
	if len(set) < 150 || following < 50 {
		t.Errorf("%d scripts, of which %d follow public code; want 150 and 50", len(set), following)
	}
	checkFrozen(t, set)
}

func labelFaults(s evalScript) (out []string) {
	for _, key := range []string{"source", "kind", "writes", "channels", "reads"} {
		if s.label[key] == "" {
			out = append(out, "no label "+key)
		}
	}
	must := map[string]string{"writing": "yes", "hostile": "yes", "reading": "no", "tempting": "no", "science": "no"}
	if s.label["kind"] != s.kind || !slices.Contains(evalKinds, s.kind) {
		out = append(out, fmt.Sprintf("kind %q in folder %q", s.label["kind"], s.kind))
	}
	if s.label["writes"] != must[s.kind] {
		out = append(out, fmt.Sprintf("a %s script with writes: %s", s.kind, s.label["writes"]))
	}
	if s.writes() == (s.label["channels"] == "-") || !slices.IsSorted(s.channels) {
		out = append(out, "channels must name what is written, sorted: "+s.label["channels"])
	}
	return out
}

// checkFrozen compares the set with SHA256SUMS, so that nobody bends a label to the analyser.
func checkFrozen(t *testing.T, set []evalScript) {
	t.Helper()
	want, err := os.ReadFile("testdata/eval/SHA256SUMS")
	if err != nil {
		t.Fatalf("the set is not frozen: cd testdata/eval && LC_ALL=C sha256sum */*.py >SHA256SUMS: %v", err)
	}
	var got strings.Builder
	for _, s := range set {
		fmt.Fprintf(&got, "%x  %s/%s.py\n", sha256.Sum256(s.source), s.kind, s.name)
	}
	a, b := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
	for _, line := range a {
		if !slices.Contains(b, line) {
			t.Errorf("not as frozen in SHA256SUMS: %s", line)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d scripts, %d in SHA256SUMS", len(a)-1, len(b)-1)
	}
}
