package rules

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/interlock-run/interlock/test/require"
)

// TestTree holds the checkout to the rules (N1: a chain that cannot be entered
// in the middle starts with packages that cannot see each other).
func TestTree(t *testing.T) {
	files, err := Load(os.DirFS(require.Repo(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("found only %d Go files: the walk is broken", len(files))
	}
	for _, fault := range Check(files) {
		t.Error(fault)
	}
}

// TestRulesCatchWhatTheyForbid runs the rules over small trees, good and bad.
// Each archive's comment lists the faults it must produce, one "want PATH RULE"
// a line, and no others.
func TestRulesCatchWhatTheyForbid(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no samples in testdata: %v", err)
	}
	proved := map[string]bool{}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := faultsOf(t, a)
			want := wanted(string(a.Comment))
			if !slices.Equal(got, want) {
				t.Errorf("faults:\n\t%s\nwant:\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
			for _, line := range want {
				proved[strings.Fields(line)[1]] = true
			}
		})
	}
	for _, r := range rules {
		if !proved[r.name] {
			t.Errorf("no sample in testdata shows that rule %q can fail", r.name)
		}
	}
}

func faultsOf(t *testing.T, a *txtar.Archive) (got []string) {
	t.Helper()
	tree := fstest.MapFS{}
	for _, f := range a.Files {
		tree[f.Name] = &fstest.MapFile{Data: f.Data, Mode: fs.ModePerm}
	}
	files, err := Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Check(files) {
		got = append(got, f.Path+" "+f.Rule)
	}
	slices.Sort(got)
	return got
}

func wanted(comment string) (want []string) {
	for line := range strings.Lines(comment) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "want "); ok {
			want = append(want, rest)
		}
	}
	slices.Sort(want)
	return want
}
