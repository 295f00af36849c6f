package analysis

import (
	"context"
	"os"
	"path/filepath"
	"slices"
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
	ts, err := newTables(nil)
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

// TestTableFaults: a table with a fault refuses the submission and says where,
// what and what to write; it is never a library without rows (X12, P13).
func TestTableFaults(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"not YAML":        {"library: [\n", ":1"},
		"unknown key":     {"library: x\nsystem: y\nfunctoins: {}\n", ":3:1: unknown key \"functoins\""},
		"unknown op":      {"library: x\nsystem: y\nfunctions: {put: {op: wirte}}\n", ":3:23: functions.put.op: \"wirte\" is none of read, write, execute"},
		"missing class":   {"library: x\nsystem: y\nfunctions:\n  get: {returns: PV}\n", ":4:18: get returns PV, which has no row"},
		"missing parent":  {"library: x\nsystem: y\nclasses: {A: {inherits: B}}\n", ":3:25: class A inherits B"},
		"circle":          {"library: x\nsystem: y\nclasses: {A: {inherits: B}, B: {inherits: A}}\n", "inherits it again"},
		"missing part":    {"library: x\nsystem: y\nclasses: {A: {children: {b: {class: B}}}}\n", "A.b is a \"B\""},
		"bad argument":    {"library: x\nsystem: y\nfunctions: {put: {op: write, channel: 1/0}}\n", ":3:39: functions.put.channel: \"1/0\" is not a place like 1/2"},
		"second position": {"library: x\nsystem: y\nfunctions: {put: {channel: 1 2}}\n", "\"2\" is neither a keyword"},
		"no argument":     {"library: x\nsystem: y\nfunctions: {put: {channel: \"\"}}\n", "names no argument"},
		"empty row":       {"library: x\nsystem: y\nfunctions: {put: }\n", "functions.put wants a mapping"},
		"given twice":     {"library: x\nsystem: y\nfunctions: {put: {op: write}, put: {op: read}}\n", ":3:31"},
		"no system":       {"library: x\n", "system must be given"},
		"dangling alias":  {"library: x\nsystem: y\naliases: {a: b}\n", ":3:14: alias a means b"},
		"same and more":   {"same_as: epics\nlibrary: x\n", ":1:10: same_as stands alone"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "mylib.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		a, _ := New(context.Background(), Options{CacheDir: cacheDir(t), TablesDir: dir})
		err := a.Analyse(context.Background(), &interlock.Submission{Source: []byte("import mylib\n")}, &interlock.Facts{})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: want %q in\n%v", name, c.says, err)
		}
		a.Close(context.Background())
	}
}

// Whoever could write a table could say that nothing is a write.
func TestSiteTableOfOthers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mylib.yaml")
	if err := os.WriteFile(path, []byte("library: x\nsystem: y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSite(dir); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("%v", err)
	}
}

// A site that changes its tables is seen by the next analysis, and by no other.
func TestSetSite(t *testing.T) {
	a, _ := New(context.Background(), Options{CacheDir: cacheDir(t)})
	defer a.Close(context.Background())
	source := []byte("import beamctl\nbeamctl.push('K1', 3)\n")
	for _, op := range []string{"write", "read"} {
		dir := t.TempDir()
		table := "library: beamctl\nsystem: acme\nfunctions: {push: {op: " + op + ", channel: 0}}\n"
		if err := os.WriteFile(filepath.Join(dir, "beamctl.yaml"), []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
		site, err := LoadSite(dir)
		if err != nil {
			t.Fatal(err)
		}
		a.SetSite(site)
		f := analyse(t, a, &interlock.Submission{Source: source})
		if len(f.Accesses) != 1 || string(f.Accesses[0].Op) != op || f.Accesses[0].Row != filepath.Join(dir, "beamctl.yaml")+": functions.push" {
			t.Errorf("%s: %+v", op, f.Accesses)
		}
	}
	a.SetSite(nil)
	if f := analyse(t, a, &interlock.Submission{Source: source}); len(f.Accesses) != 0 || f.Complete {
		t.Errorf("without tables: %+v", f)
	}
}

// Each access names the row that made it one.
func TestRows(t *testing.T) {
	a, _ := New(context.Background(), Options{CacheDir: cacheDir(t)})
	defer a.Close(context.Background())
	f := analyse(t, a, &interlock.Submission{Source: []byte(`import epics, tango, subprocess
epics.caput('A', 1)
pv = epics.PV('B')
pv.value = 2
m = epics.Motor('M')
m.VELO = 3
d = tango.DeviceProxy('a/b/c')
d['current'] = 4
list(map(epics.caput, ['A'], [1]))
subprocess.run(['caput', 'C', '1'])
`)})
	want := []string{"epics.yaml: functions.caput", "epics.yaml: classes.PV", "epics.yaml: classes.PV.stores.value",
		"epics.yaml: classes.Motor.any_attribute", "tango.yaml: classes.DeviceProxy.items", "epics.yaml: functions.caput", "_commands.yaml: caput"}
	var got []string
	for _, x := range f.Accesses {
		got = append(got, x.Row)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
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
	ts, err := newTables(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(ts.libs) != 0 || ts.tools != nil {
		t.Error("tables were read at start")
	}
}

func BenchmarkLists(b *testing.B) {
	for b.Loop() {
		newTables(nil)
	}
}

func BenchmarkTable(b *testing.B) {
	src, err := embedded.ReadFile("tables/epics.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		decodeTable("epics", "epics.yaml", src)
	}
}
