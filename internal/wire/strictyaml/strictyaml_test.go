package strictyaml_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

type doc struct {
	Version int                    `json:"version"`
	On      strictyaml.Value[bool] `json:"on"`
	Names   []string               `json:"names"`
	Vars    map[string]string      `json:"vars"`
	Network strictyaml.Value[struct {
		X int `json:"x"`
	}] `json:"network"`
}

func decode(source string) (*strictyaml.File, doc) {
	var d doc
	f := strictyaml.Parse("p.yaml", []byte(source))
	strictyaml.Decode(f, &d, map[string]string{"rules": "rules come later"})
	return f, d
}

func TestDecode(t *testing.T) {
	f, d := decode("version: 1\non: true\nnames: [a, \"b c\"]\nvars:\n  A: \"1\"\n")
	if len(f.Faults) > 0 {
		t.Fatal(f.Faults)
	}
	if d.Version != 1 || !d.On.V || !d.On.Set || d.On.Line != 2 || d.Names[1] != "b c" || d.Vars["A"] != "1" || d.Network.Set {
		t.Errorf("got %+v", d)
	}
}

// P1: every fault at once, with file, line, column, the line, and what to write.
func TestAllFaultsAtOnce(t *testing.T) {
	f, _ := decode("vresion: 1\non: yes\nnames: x\nvars:\n  A: 1\nrules: []\nnetwork: {x: two, y: 1}\n")
	want := []string{
		`p.yaml:1:1: unknown key "vresion" in the file`, "did you mean version?",
		`p.yaml:2:5: on wants a boolean, and this is the string "yes"`, "write: true or false, without quotes",
		`p.yaml:3:8: names wants a list`, `p.yaml:5:6: vars.A wants a string, and this is a whole number (1)`,
		`p.yaml:6:1: this build cannot enforce rules yet: rules come later`,
		`p.yaml:7:14: network.x wants a whole number`, `p.yaml:7:19: unknown key "y" in network`,
		"    1 | vresion: 1\n      | ^",
	}
	text := f.Faults.Error()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("missing %q in\n%s", w, text)
		}
	}
	if len(f.Faults) != 7 {
		t.Errorf("%d faults", len(f.Faults))
	}
}

// X3: only YAML's own booleans are booleans.
func TestBooleans(t *testing.T) {
	for _, word := range []string{`"true"`, "yes", "on", "1", "y", "'true'", "truee", "[true]", "", "~", "!!bool true"} {
		if f, d := decode("on: " + word + "\n"); len(f.Faults) == 0 || d.On.V {
			t.Errorf("on: %s was taken as %v without a fault", word, d.On.V)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string][2]string{
		"duplicate key":   {"version: 1\nversion: 2\n", `2:1: the key "version" was given in line 1 already`},
		"alias":           {"names: &a [x]\nvars: *a\n", "anchor"},
		"merge":           {"<<: {version: 1}\n", "not a plain string"},
		"number as key":   {"1: x\n", "not a plain string"},
		"tag":             {"names: !!python/object x\n", "a tag"},
		"documents":       {"version: 1\n---\nversion: 1\n", "second document"},
		"null":            {"names:\nversion: 1\n", "names wants a list"},
		"not a mapping":   {"- a\n", "the file wants a mapping"},
		"syntax":          {"names: [a\nversion: 1\n", "p.yaml:2:1: this is not YAML"},
		"tab":             {"vars:\n\tA: x\n", "write: spaces in place of the tab"},
		"NUL":             {"version: 1\nn\x00: 1\n", "2:2: the file contains a NUL"},
		"not UTF-8":       {"vars: {A: \"\xff\"}\n", "1:12: the file is not UTF-8"},
		"huge":            {strings.Repeat("#", strictyaml.MaxSize+1), "at most"},
		"NaN":             {"version: .nan\n", "finite"},
		"too large":       {"version: 18446744073709551615\n", "too large"},
		"bidi in a key":   {"ver\u202esion: 1\n", `\u202e`},
		"float for whole": {"version: 1.0\n", "a whole number"},
	} {
		f, _ := decode(c[0])
		if len(f.Faults) == 0 || !strings.Contains(f.Faults.Error(), c[1]) {
			t.Errorf("%s: want %q, got %v", name, c[1], f.Faults)
		}
	}
}

func TestBombsEndSoon(t *testing.T) {
	began := time.Now()
	for name, s := range map[string]string{
		"brackets": strings.Repeat("[", 500_000), "braces": strings.Repeat("{a: ", 200_000),
		"dashes": strings.Repeat("- ", 500_000), "questions": strings.Repeat("? ", 500_000),
		"keys": strings.Repeat("a: b\n", 200_000), "items": "a: [" + strings.Repeat("b,", 400_000) + "]",
		"tags": "a: " + strings.Repeat("!!x ", 250_000), "anchors": "a: " + strings.Repeat("&x ", 300_000),
		"laughs": "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
	} {
		if f, _ := decode(s); len(f.Faults) == 0 {
			t.Errorf("%s was accepted", name)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestEmptyIsNotBroken(t *testing.T) {
	for _, s := range []string{"", "# only\n", "---\n", "\n\n"} {
		if f, _ := decode(s); f.Broken || f.Root != nil || len(f.Faults) > 0 {
			t.Errorf("%q: broken %v, %v", s, f.Broken, f.Faults)
		}
	}
}

// The operator owns the file: nobody else's word counts.
func TestReadTrusted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.yaml")
	for mode, ok := range map[os.FileMode]bool{0o600: true, 0o644: true, 0o444: true, 0o664: false, 0o646: false, 0o666: false, 0o620: false} {
		if err := os.WriteFile(path, []byte("version: 1"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := strictyaml.ReadTrusted(path)
		if insecure := (*strictyaml.InsecureError)(nil); ok != (err == nil) || !ok && !errors.As(err, &insecure) {
			t.Errorf("mode %04o: %v", mode, err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := strictyaml.ReadTrusted(t.TempDir()); err == nil {
		t.Error("a folder was read")
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 4242, 4242); err != nil {
			t.Fatal(err)
		}
		if _, err := strictyaml.ReadTrusted(path); err == nil || !strings.Contains(err.Error(), "belongs to uid 4242") {
			t.Errorf("a stranger's file: %v", err)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"imports", "builtins", "network", "allow"}
	for word, want := range map[string]string{"import": "imports", "improts": "imports", "alow": "allow", "zzz": "", "networks": "network", "": ""} {
		if got := strictyaml.Nearest(word, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

// No input makes the reader fall over, and one fault at least names each broken file.
func FuzzParse(f *testing.F) {
	f.Add([]byte("version: 1\nnames: [a, b]\n"))
	f.Add([]byte("a: &x {b: [*x]}\n? c\n: d\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		var d doc
		file := strictyaml.Parse("f", source)
		strictyaml.Decode(file, &d, nil)
		if file.Broken && len(file.Faults) == 0 {
			t.Error("broken without a fault")
		}
		_ = fmt.Sprint(file.Faults, file.Root.Value())
	})
}
