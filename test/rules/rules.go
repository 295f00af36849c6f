// Package rules checks the shape of the tree: who may import whom, where unsafe
// may stand, what a package may be called. ARCHITECTURE.md tells the same to
// people.
//
// It parses files in-process. Asking `go list` would hide the question from the
// test cache, and a change of the tree would pass on yesterday's answer.
//
// It sees imports and names, not behaviour: a package that reaches another
// through an interface or a linkname is not found here.
package rules

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Module is the import path of the root package.
const Module = "github.com/interlock-run/interlock"

// A File is one Go file of the tree, as far as the rules look at it.
type File struct {
	Path    string   // slash-separated, from the root of the tree
	Package string   // its package clause
	Imports []string // import paths, in source order
	Lines   int
	Skips   bool // calls Skip, Skipf or SkipNow on a variable named t, b or tb
}

// Dir is the file's folder; the root is ".".
func (f File) Dir() string { return path.Dir(f.Path) }

// Test reports whether the file is compiled into tests only.
func (f File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// A Fault is one breach, with the words that help to mend it.
type Fault struct {
	Path string
	Rule string // its name in the table of check.go
	Text string
}

func (f Fault) String() string { return fmt.Sprintf("%s: %s: %s", f.Path, f.Rule, f.Text) }

// Load parses every Go file under root. Folders that the go command ignores are
// ignored: testdata, and names that begin with a dot or an underscore; so are
// nested modules.
func Load(root fs.FS) ([]File, error) {
	var files []File
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return enter(root, name)
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		f, err := parse(root, name)
		files = append(files, f)
		return err
	})
	return files, err
}

func enter(root fs.FS, name string) error {
	base := path.Base(name)
	if name == "." {
		return nil
	}
	if base == "testdata" || base == "target" || base[0] == '.' || base[0] == '_' {
		return fs.SkipDir
	}
	if _, err := fs.Stat(root, path.Join(name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func parse(root fs.FS, name string) (File, error) {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return File{}, err
	}
	tree, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
	if err != nil {
		return File{}, fmt.Errorf("parsing %s: %w", name, err)
	}
	f := File{Path: name, Package: tree.Name.Name, Lines: strings.Count(string(src), "\n"), Skips: skips(tree)}
	for _, spec := range tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return File{}, fmt.Errorf("parsing the imports of %s: %w", name, err)
		}
		f.Imports = append(f.Imports, imported)
	}
	return f, nil
}

// Check returns every breach in files, ordered by path.
func Check(files []File) []Fault {
	var faults []Fault
	for _, f := range files {
		for _, r := range rules {
			for _, text := range r.check(f) {
				faults = append(faults, Fault{Path: f.Path, Rule: r.name, Text: text})
			}
		}
	}
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.Path, b.Path) })
	return faults
}
