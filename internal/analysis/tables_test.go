package analysis

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// TestTablesDecode: every shipped table is well formed.
func TestTablesDecode(t *testing.T) {
	entries, err := embedded.ReadDir("tables")
	if err != nil {
		t.Fatal(err)
	}
	ts, err := newTables("")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".yaml")
		if name == "_commands" {
			if _, err := ts.commandTable(); err != nil {
				t.Error(err)
			}
			continue
		}
		if lib := ts.library(name); lib == nil || ts.failed() != nil {
			t.Errorf("%s: %v", name, ts.failed())
		}
	}
}

// TestTableFaults: a table with a fault is an error of the analysis, with the
// place, never a library without rows (X12, P13).
func TestTableFaults(t *testing.T) {
	for name, text := range map[string]string{
		"unknown key":    "library: x\nsystem: y\nfunctoins: {}\n",
		"unknown op":     "library: x\nsystem: y\nfunctions: {put: {op: wirte}}\n",
		"missing class":  "library: x\nsystem: y\nfunctions: {get: {returns: PV}}\n",
		"missing parent": "library: x\nsystem: y\nclasses: {A: {inherits: B}}\n",
		"bad argument":   "library: x\nsystem: y\nfunctions: {put: {op: write, channel: 1/0}}\n",
		"no system":      "library: x\n",
		"dangling alias": "library: x\nsystem: y\naliases: {a: b}\n",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "mylib.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		a, _ := New(context.Background(), Options{CacheDir: cacheDir(t), TablesDir: dir})
		err := a.Analyse(context.Background(), &interlock.Submission{Source: []byte("import mylib\n")}, &interlock.Facts{})
		if err == nil || !strings.Contains(err.Error(), "mylib") {
			t.Errorf("%s: %v", name, err)
		}
		a.Close(context.Background())
	}
}

// TestSiteTable proves X11's detector side: a site adds its own library, and
// declares others harmless, without code.
func TestSiteTable(t *testing.T) {
	dir := t.TempDir()
	table := "library: beamctl\nsystem: acme\nfunctions: {push: {op: write, channel: 0 knob, value: 1}}\n"
	if err := os.WriteFile(filepath.Join(dir, "beamctl.yaml"), []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "modules.txt"), []byte("ourplots # no equipment\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	a, _ := New(context.Background(), Options{CacheDir: cacheDir(t), TablesDir: dir})
	defer a.Close(context.Background())
	f := analyse(t, a, &interlock.Submission{Source: []byte("import ourplots\nfrom beamctl import push\npush('K1', 3)\n")})
	got := factsFor("access", f)
	if len(got) != 1 || got[0] != "write beamctl.push exact[K1] constant[3] definite" || f.Accesses[0].System != "acme" || !f.Complete {
		t.Errorf("%v complete %v", got, f.Complete)
	}
}

// TestTablesAreLazy: a script pays for the tables of the libraries it imports.
func TestTablesAreLazy(t *testing.T) {
	ts, err := newTables("")
	if err != nil {
		t.Fatal(err)
	}
	if len(ts.libs) != 0 || ts.tools != nil {
		t.Error("tables were read at start")
	}
}

func BenchmarkLists(b *testing.B) {
	for b.Loop() {
		newTables("")
	}
}

func BenchmarkTable(b *testing.B) {
	src, err := embedded.ReadFile("tables/epics.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		decodeTable("epics", src)
	}
}
