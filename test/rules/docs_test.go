package rules

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

var (
	goTest     = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w*`)
	pyTest     = regexp.MustCompile(`\btest_\w+`)
	scriptTest = regexp.MustCompile(`[\w./-]+\.txtar\b`)
	anID       = regexp.MustCompile(`(?:\b|Test|_)([XPN]\d{1,2})(?:\D|$)`)
)

// promised are the requirements that this version claims to hold, each as far
// as docs/threat-model.md and CHANGELOG.md say.
var promised = strings.Fields("X1 X2 X3 X4 X5 X6 X7 X9 X10 X11 X12 X13 X14 X15 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15 P16 P17 P18 N1 N2 N3 N4 N5 N6 N7 N8 N9 N10")

// tests is the text of every test of the tree, by path, without test/rules.
func tests(t *testing.T, root fs.FS) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(name); name == "test/rules" || base == "target" || len(base) > 1 && base[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		if base := path.Base(name); strings.HasSuffix(name, "_test.go") || path.Ext(name) == ".txtar" || strings.HasPrefix(base, "test_") && path.Ext(name) == ".py" {
			text, err := fs.ReadFile(root, name)
			found[name] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEveryPromiseNamesATest: `grep` for a requirement's id finds what proves it.
func TestEveryPromiseNamesATest(t *testing.T) {
	named := map[string]bool{}
	for _, text := range tests(t, os.DirFS(require.Repo(t))) {
		for _, m := range anID.FindAllStringSubmatch(text, -1) {
			named[m[1]] = true
		}
	}
	for _, id := range promised {
		if !named[id] {
			t.Errorf("no test names %s in its name or a comment", id)
		}
	}
}

// TestDocumentsNameTestsThatExist: a threat model that points at a test which
// was renamed or dropped claims what nothing shows (P15).
func TestDocumentsNameTestsThatExist(t *testing.T) {
	root := os.DirFS(require.Repo(t))
	all := tests(t, root)
	var names []string
	for name, text := range all {
		names = append(names, goTest.FindAllString(text, -1)...)
		names = append(names, pyTest.FindAllString(text, -1)...)
		names = append(names, path.Base(name), strings.TrimSuffix(path.Base(name), ".py"))
	}
	for _, f := range []string{"test/rules/docs_test.go", "test/rules/rules_test.go"} {
		text, err := fs.ReadFile(root, f)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, goTest.FindAllString(string(text), -1)...)
	}
	pages, err := fs.Glob(root, "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md") {
		text, err := fs.ReadFile(root, page)
		if err != nil {
			t.Errorf("a page that people look for is missing: %v", err)
			continue
		}
		for _, name := range cited(string(text)) {
			if !slices.Contains(names, name) {
				t.Errorf("%s names %s, which is no test of this tree", page, name)
			}
		}
	}
}

// cited returns the tests that a page names in code spans.
func cited(page string) (names []string) {
	for _, span := range regexp.MustCompile("`[^`\n]+`").FindAllString(page, -1) {
		if strings.Contains(span, "*") || strings.Contains(span, " ") {
			continue // a pattern or a command, not a name
		}
		names = append(names, goTest.FindAllString(span, -1)...)
		names = append(names, pyTest.FindAllString(strings.ReplaceAll(span, ".py", ""), -1)...)
		for _, script := range scriptTest.FindAllString(span, -1) {
			names = append(names, path.Base(script))
		}
	}
	return names
}

func TestCitedReadsCodeSpans(t *testing.T) {
	page := "held by `TestFork` and `attack/fork.txtar`, see `python/tests/test_guards.py`; run `go test -run TestNothing .`, TestProse, `test_import_denied`"
	want := []string{"TestFork", "fork.txtar", "test_guards", "test_import_denied"}
	if got := cited(page); !slices.Equal(got, want) {
		t.Errorf("cited %q, want %q", got, want)
	}
}
