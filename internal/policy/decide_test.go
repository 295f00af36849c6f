package policy_test

import (
	"context"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// P14: ordinary science is allowed without a warning.
func TestOrdinaryScienceIsAllowed(t *testing.T) {
	f := imported("numpy", "pandas", "scipy.optimize:curve_fit", "matplotlib.pyplot", "sklearn.linear_model:LinearRegression", "os", "os.path:join",
		"pathlib:Path", "sqlite3", "json", "asyncio", "logging", "threading", "multiprocessing:Pool", "concurrent.futures", "pickle", "h5py", "ssl",
		"importlib.resources", "importlib.util:find_spec", "importlib:import_module", "urllib.parse:quote", "sys", "signal", "resource", "mmap",
		"epics:caget", "p4p.client.thread:Context", "http:HTTPStatus", "platform", "tempfile", "shutil", "numba", "tkinter")
	for _, name := range []string{"open", "__import__", "getattr", "globals", "input", "setattr"} {
		f.Builtins = append(f.Builtins, interlock.Use{Name: name, Certainty: interlock.Definite, Pos: at(1)})
	}
	for _, p := range []string{"data.csv", "sub/../x.csv", "./out/a.png", "/tmp/x", "/dev/null", "/dev/shm/q", "/home/u/work/data.csv", "/usr/share/zoneinfo/UTC",
		"/proc/self/status", "s3://bucket/key", "/tmp", "/home/u/work", "/opt/env/lib/x.npz", "~/cache/x"} {
		f.Paths = append(f.Paths, interlock.PathUse{Path: p, Mode: "read", API: "open", Certainty: interlock.Definite, Pos: at(1)})
	}
	for _, p := range []string{"out.csv", "/tmp/x", "/dev/null", "/home/u/work/out.csv"} {
		f.Paths = append(f.Paths, interlock.PathUse{Path: p, Mode: "write", API: "open", Certainty: interlock.Definite, Pos: at(1)})
	}
	for _, h := range []string{"localhost", "127.0.0.1", "::1", "127.9.9.9", "LOCALHOST."} {
		f.Endpoints = append(f.Endpoints, interlock.Endpoint{Host: h, Port: 80, Certainty: interlock.Definite, Pos: at(1)})
	}
	f.Control = interlock.Control{Reads: interlock.Definite, Writes: interlock.Unresolved}
	f.Accesses = []interlock.Access{{Op: interlock.OpRead, System: "epics", Channels: interlock.Channels{Kind: "exact", Values: []string{"SR:X"}}, Certainty: interlock.Definite}}
	f.Unresolved = []interlock.Unresolve{{What: "getattr", Why: "name is computed", Writes: true, Pos: at(1)}}
	s := submission()
	s.Interpreter = "/opt/env/bin/python"
	if d := decide(t, shipped(t, "scientific"), s, f); d.Effect != interlock.Allow || len(d.Reasons)+len(d.Warnings) > 0 {
		t.Errorf("got %s: %+v", d.Effect, d.Reasons)
	}
}

// P2, P6: what starts programs, loads machine code or opens the network is refused however it is imported.
func TestScientificRefusesImports(t *testing.T) {
	p := shipped(t, "scientific")
	for _, name := range []string{"subprocess", "subprocess:run", "os:system", "os:popen", "os:execv", "asyncio:create_subprocess_shell", "asyncio.subprocess:PIPE",
		"ctypes", "ctypes.util", "numpy.ctypeslib", "numpy:ctypeslib", "numpy.f2py:compile", "cffi:FFI", "pty", "socket", "socket:socket", "http.client",
		"http:client", "urllib:request", "urllib.request:urlopen", "requests", "requests.adapters", "importlib:machinery", "importlib.machinery:SourceFileLoader",
		"pip._internal", "_posixsubprocess", "posix:system"} {
		d := decide(t, p, submission(), imported(name))
		if d.Effect != interlock.Deny || len(d.Reasons) != 1 {
			t.Errorf("%s: %s, %d reasons", name, d.Effect, len(d.Reasons))
			continue
		}
		if r := d.Reasons[0]; r.Rule != "imports.deny" || r.Policy.File != "scientific.yaml" || r.Policy.Line < 5 || r.Source != at(1) ||
			!strings.HasPrefix(r.Message, "import of ") || !strings.Contains(r.Message, " is refused: ") || !strings.Contains(r.Hint, "(scientific.yaml:") && !strings.Contains(r.Hint, "pip install") {
			t.Errorf("%s: it does not teach: %+v", name, r)
		}
	}
}

// P2, P3: an empty allow list allows nothing, no allow key all but deny, and deny wins.
func TestAllowLists(t *testing.T) {
	for name, c := range map[string]struct{ source, module, want string }{
		"no key":               {"imports: {deny: [b]}", "a", ""},
		"empty list":           {"imports: {allow: []}", "a", "imports.allow=deny"},
		"listed":               {"imports: {allow: [a]}", "a.b", ""},
		"its package is not":   {"imports: {allow: [a.b]}", "a", "imports.allow=deny"},
		"one name in a module": {"imports: {allow: [a.b]}", "a:b", ""},
		"a longer name":        {"imports: {allow: [a]}", "ab", "imports.allow=deny"},
		"deny wins":            {"imports: {allow: [a], deny: [a.b]}", "a.b.c", "imports.deny=deny"},
		"deny wins over warn":  {"imports: {warn: [a.b], deny: [a]}", "a.b", "imports.deny=deny"},
		"warn":                 {"imports: {warn: [{module: a, reason: r}]}", "a", "imports.warn=warn"},
		"warn does not allow":  {"imports: {allow: [], warn: [a]}", "a", "imports.allow=deny"},
	} {
		p := load(t, "version: 1\nextends: scientific\n"+c.source+"\n")
		if got := rules(decide(t, p, submission(), imported(c.module))); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	f := imported("helper")
	f.Imports[0].Local = true
	p := load(t, "version: 1\nextends: scientific\nimports: {allow: []}\n")
	if d := decide(t, p, submission(), f); d.Effect != interlock.Allow {
		t.Error("a module of the submission itself is held to the allow list")
	}
	f.Imports[0].Module = "socket"
	if d := decide(t, p, submission(), f); d.Effect != interlock.Deny {
		t.Error("a denied name is allowed where a file of that name lies beside the script")
	}
}

func TestBuiltins(t *testing.T) {
	use := func(name string, c interlock.Certainty) interlock.Facts {
		f := quiet()
		f.Builtins = []interlock.Use{{Name: name, Certainty: c, Pos: at(3)}}
		return f
	}
	for name, c := range map[string]struct {
		policy string
		facts  interlock.Facts
		want   string
	}{
		"scientific warns of exec":      {"scientific", use("exec", interlock.Definite), "builtins.warn=warn"},
		"strict denies it":              {"strict", use("exec", interlock.Definite), "builtins.deny=deny"},
		"even where it is not resolved": {"strict", use("eval", interlock.Unresolved), "builtins.deny=deny"},
		"facility denies compile":       {"facility", use("compile", interlock.Possible), "builtins.deny=deny"},
		"open is allowed":               {"strict", use("open", interlock.Definite), ""},
		"what does not happen":          {"strict", use("eval", interlock.None), ""},
	} {
		if got := rules(decide(t, shipped(t, c.policy), &interlock.Submission{}, c.facts)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if d := decide(t, shipped(t, "scientific"), submission(), use("exec", interlock.Definite)); len(d.Warnings) != 1 {
		t.Errorf("the warning is not among the warnings: %q", d.Warnings)
	}
}

func TestUnresolvedWritesHiddenBehindOpenOnes(t *testing.T) {
	f := quiet()
	f.Control.Writes = interlock.Definite
	f.Unresolved = []interlock.Unresolve{{What: "exec", Why: "text is computed", Pos: at(1)}, {What: "getattr", Why: "name is computed", Writes: true, Pos: at(9)}}
	d := decide(t, shipped(t, "facility"), submission(), f)
	if rules(d) != "control_system.unresolved_writes=needs_approval" || d.Reasons[0].Source.Line != 9 {
		t.Errorf("got %s", rules(d))
	}
}

// A thousand violations are counted in the effect and do not flood the reader.
func TestReasonsAreBounded(t *testing.T) {
	var names []string
	for range 1000 {
		names = append(names, "runpy")
	}
	f := imported(append(names, "socket")...)
	d := decide(t, shipped(t, "scientific"), submission(), f)
	if len(d.Reasons) != 101 || d.Effect != interlock.Deny {
		t.Errorf("%d reasons, %s", len(d.Reasons), d.Effect)
	}
}

// A policy that says only what it must gets the refusing default everywhere else.
func TestDefaultsRefuse(t *testing.T) {
	p := load(t, bare)
	f := quiet()
	d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: interlock.WriteAccess})
	if err != nil || rules(d) != "approval.write_access.required=needs_approval" || !p.DemandsApproval() {
		t.Errorf("write_access: %s, %v", rules(d), err)
	}
	if g := d.Grant; g.Files.Folder != "" || len(g.Files.Read)+len(g.Files.Write)+len(g.Endpoints)+len(g.Commands) > 0 || g.Isolation != interlock.Namespaces {
		t.Errorf("grant: %+v", g)
	}
	f.Commands = []interlock.Command{{API: "os.system", Certainty: interlock.Definite, Pos: at(1)}}
	f.Endpoints = []interlock.Endpoint{{Host: "example.org", Certainty: interlock.Definite, Pos: at(2)}}
	f.Paths = []interlock.PathUse{{Path: "/data", Mode: "read", Certainty: interlock.Definite, Pos: at(3)}}
	if got := rules(decide(t, p, submission(), f)); got != "commands.default=deny network.default=deny filesystem.read=deny" {
		t.Errorf("got %s", got)
	}
}
