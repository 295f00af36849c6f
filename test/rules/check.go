package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// The stages of the pipeline in their order, and the edges: ways in, at rest, bytes.
var (
	stages = []string{"analysis", "policy", "approval", "sandbox", "gateway", "ledger"}
	edges  = []string{"front", "store", "wire"}
)

// assets are packages that hold embedded files and nothing else, so that anyone
// may import them without meeting code.
var assets = []string{"policies", "python"}

// reach says what the files of a folder may import of this module, besides the
// root package and their own folder. The first row that covers a file holds.
var reach = []struct {
	from string // the folder and all below it; "." is the root package alone
	to   []string
	why  string // what to tell whoever imports something else
}{
	{".", nil, "the root package is the vocabulary and imports only the standard library"},
	{"policies", nil, "a package of embedded files imports only the standard library"},
	{"python", nil, "a package of embedded files imports only the standard library"},
	{"cmd", []string{"internal/front"}, "main dispatches to a way in and does nothing else"},
	{"internal/front", []string{"internal/wire", "daemon", "client", "internal/ledger", "internal/policy", "internal/store/runs", "policies"},
		"a way in shows and verifies what is at rest, and starts nothing but through daemon"},
	{"internal/store", []string{"internal/wire", "internal/ledger", "internal/approval"}, "store implements what ledger and approval declare, and knows no other stage"},
	{"internal", append([]string{"internal/wire"}, assets...), "a stage imports the root, internal/wire, embedded files and its own subtree"},
	{"daemon", append([]string{"internal", "client"}, assets...), "daemon wires the stages"},
	{"client", []string{"internal/wire"}, "the client speaks to a server, and carries no stage with it"},
	{"examples", []string{"client", "daemon"}, "an example uses what users have: the root, daemon and client"},
}

// rules is the table. A rule looks at one file and returns what is wrong with it.
var rules = []struct {
	name  string
	check func(File) []string
}{
	{"tree", checkTree},
	{"imports", checkImports},
	{"unsafe", checkUnsafe},
	{"cgo", checkCgo},
	{"names", checkNames},
	{"main", checkMain},
	{"skips", checkSkips},
}

// checkTree: whoever lists internal/ reads the stages, and nothing else.
func checkTree(f File) []string {
	parts := strings.Split(f.Path, "/")
	if parts[0] != "internal" {
		return nil
	}
	if len(parts) == 2 {
		return []string{"internal/ holds folders only"}
	}
	if name := parts[1]; !slices.Contains(stages, name) && !slices.Contains(edges, name) {
		return []string{fmt.Sprintf("internal/%s is neither a stage (%s) nor an edge (%s)",
			name, strings.Join(stages, ", "), strings.Join(edges, ", "))}
	}
	return nil
}

// checkImports holds each file to what its folder may import. An import outside
// the module is free everywhere but in the root and the asset packages.
func checkImports(f File) (faults []string) {
	for _, imported := range f.Imports {
		if why := forbidden(f, imported); why != "" {
			faults = append(faults, fmt.Sprintf("imports %s: %s", imported, why))
		}
	}
	return faults
}

// forbidden returns why f may not import the package, or "".
func forbidden(f File, imported string) string {
	dir, inside := within(imported)
	switch {
	case under(f.Dir(), "test"):
		return "" // tests of the whole may look anywhere
	case !inside:
		return foreign(f, imported)
	case under(dir, "test"):
		if f.Test() || strings.HasSuffix(f.Dir(), "test") { // a package of helpers: gatewaytest
			return ""
		}
		return "the product does not depend on its tests"
	}
	return domestic(f, dir)
}

// foreign: the root and the assets take nothing from outside but in their tests.
func foreign(f File, imported string) string {
	if standard(imported) || f.Test() || f.Dir() != "." && !asset(f.Dir()) {
		return ""
	}
	return "this package imports only the standard library"
}

// domestic returns why f may not import the module's folder dir. Tests are held
// to the same, but a stage's test may use the store that it runs on.
func domestic(f File, dir string) string {
	if strings.HasSuffix(dir, "test") && !f.Test() {
		return "the product does not depend on its tests"
	}
	if under(dir, home(f.Dir())) || dir == "." && !asset(f.Dir()) {
		return ""
	}
	if f.Test() && under(f.Dir(), "internal") && under(dir, "internal/store") {
		return ""
	}
	for _, row := range reach {
		if under(f.Dir(), row.from) {
			if slices.ContainsFunc(row.to, func(to string) bool { return under(dir, to) }) {
				return ""
			}
			return row.why
		}
	}
	return "no rule covers this folder: add a row to reach in test/rules/check.go"
}

// home is the part of the tree that a folder belongs to: a stage or an edge with
// all below it, else the folder itself.
func home(dir string) string {
	if parts := strings.SplitN(dir, "/", 3); parts[0] == "internal" && len(parts) > 1 {
		return path.Join(parts[:2]...)
	}
	return dir
}

func checkUnsafe(f File) []string {
	marked := strings.HasSuffix(f.Path, "_unsafe.go") || strings.HasSuffix(f.Path, "_unsafe_test.go")
	if slices.Contains(f.Imports, "unsafe") && !marked {
		return []string{"imports unsafe: move that code to a file named *_unsafe.go, where a reviewer looks for it"}
	}
	return nil
}

func checkCgo(f File) []string {
	if slices.Contains(f.Imports, "C") {
		return []string{"imports C: the program builds without a C compiler"}
	}
	return nil
}

// checkNames refuses names under which anything could be filed.
func checkNames(f File) []string {
	vague := []string{"util", "utils", "common", "helper", "helpers", "models", "types", "misc", "base", "shared", "lib"}
	for _, name := range append(strings.Split(f.Dir(), "/"), strings.TrimSuffix(f.Package, "_test")) {
		if slices.Contains(vague, name) {
			return []string{fmt.Sprintf("%q says nothing about what is in it: name the noun or the step", name)}
		}
	}
	return nil
}

// checkMain: main only dispatches; the program is a value that tests start.
func checkMain(f File) []string {
	if f.Path == "cmd/interlock/main.go" && f.Lines >= 40 {
		return []string{fmt.Sprintf("%d lines, fewer than 40 wanted: move the work to internal/front/cli", f.Lines)}
	}
	return nil
}

// checkSkips: a test that skips by itself would also skip in CI, unseen.
func checkSkips(f File) []string {
	if f.Skips && f.Dir() != "test/require" {
		return []string{"skips a test by itself: call require.Skip, which fails where CI demands the need"}
	}
	return nil
}

// within returns the folder of an import path of this module.
func within(imported string) (dir string, ok bool) {
	if imported == Module {
		return ".", true
	}
	dir, ok = strings.CutPrefix(imported, Module+"/")
	return dir, ok
}

// under reports whether dir is parent or lies below it.
func under(dir, parent string) bool { return dir == parent || strings.HasPrefix(dir, parent+"/") }

func asset(dir string) bool { return slices.Contains(assets, dir) }

// standard reports whether an import path is of the standard library, whose
// first element alone has no dot.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}
