package daemon

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
)

// Flag, variable, XDG, /etc; never the working directory.
func TestWhereConfigurationIsFound(t *testing.T) {
	h := newHost(t)
	cwd := t.TempDir()
	t.Chdir(cwd)
	h.put(filepath.Join(cwd, "config.yml"), "state_dir: /cwd\n")
	h.put(filepath.Join(cwd, "policy.yaml"), "version: 1\n")
	if c := h.load(); c.Path != "" || c.Policy.Path != "" {
		t.Errorf("the working directory was read: %+v", c)
	}
	for i, step := range []func() string{
		func() string { return h.put(filepath.Join(h.etc, "config.yml"), "state_dir: /etc0\n") },
		func() string { return h.put("config.yml", "state_dir: /xdg\n") },
		func() string {
			h.env["XDG_CONFIG_HOME"] = filepath.Join(h.home, "x")
			return h.put(filepath.Join(h.home, "x/interlock/config.yml"), "state_dir: /x\n")
		},
		func() string {
			h.env["INTERLOCK_CONFIG"] = h.put(filepath.Join(h.home, "env.yml"), "state_dir: /env\n")
			return h.env["INTERLOCK_CONFIG"]
		},
		func() string { h.src.ConfigFlag = "config.yml"; return filepath.Join(cwd, "config.yml") },
	} {
		if want, c := step(), h.load(); c.Path != want {
			t.Errorf("step %d: read %s, want %s", i, c.Path, want)
		}
	}
	h.src.ConfigFlag = filepath.Join(cwd, "none.yml")
	h.fails("there is no configuration")
	h.src.ConfigFlag, h.env["INTERLOCK_CONFIG"] = "", "config.yml"
	h.fails("depends on where the program is started")
}

// P1, P13: the operator's policy binds; whatever else is named, by flag, variable,
// configuration or in the user's folder, narrows it and never takes its place.
func TestBindingPolicyIsNarrowed(t *testing.T) {
	h := newHost(t)
	mine := h.put("policy.yaml", "version: 1\n")
	if c := h.load(); c.Policy.Path != mine || c.Policy.Binding || c.Policy.NarrowedBy != nil {
		t.Errorf("got %+v", c.Policy)
	}
	binding := h.put(filepath.Join(h.etc, "policy.yaml"), "version: 1\n")
	narrowed := func(path, from string) {
		t.Helper()
		p := h.load().Policy
		if p.Path != binding || !p.Binding || path == "" && p.NarrowedBy != nil || path != "" && (p.NarrowedBy == nil || *p.NarrowedBy != (PolicySource{Path: path, From: from})) {
			t.Errorf("got %+v, %+v", p, p.NarrowedBy)
		}
	}
	narrowed(mine, "your configuration")
	config := h.put("config.yml", "policy: /tmp/configured.yaml\n")
	narrowed("/tmp/configured.yaml", config)
	h.env["INTERLOCK_POLICY"] = "/tmp/variable.yaml"
	narrowed("/tmp/variable.yaml", "$INTERLOCK_POLICY")
	h.src.PolicyFlag = "/tmp/flag.yaml"
	narrowed("/tmp/flag.yaml", "--policy")
	h.src.PolicyFlag = binding
	narrowed("", "")
	h.src.PolicyFlag, h.env["INTERLOCK_POLICY"] = "", ""
	h.put("config.yml", "policy: "+binding+"\n")
	narrowed("", "")
	h.put("config.yml", "")
	if err := os.Remove(mine); err != nil {
		t.Fatal(err)
	}
	narrowed("", "")
}

// X4, P13: a broken configuration that may name a policy is an error where a policy
// binds too: what it names would have narrowed that one.
func TestBrokenConfigurationDoesNotLoseWhatNarrows(t *testing.T) {
	h := newHost(t)
	h.put(filepath.Join(h.etc, "policy.yaml"), "version: 1\n")
	h.put("config.yml", "policy: [/tmp/mine.yaml\n")
	h.fails("may name the policy")
	h.src.PolicyFlag = "/tmp/flag.yaml"
	h.load()
}

// P1, P11, P13: a daemon over a binding policy and a narrower one holds runs to both,
// records both, takes up a change of either, and stays at what it had where the
// narrower one breaks. It is another set of rules than the binding one alone, so a
// client with a --policy of its own is not served by it.
func TestServedNarrowingPolicyHoldsBesideTheBindingOne(t *testing.T) {
	o := options(t)
	o.Serve, o.Pool = true, -1
	binding, mine := filepath.Join(o.Etc, "policy.yaml"), filepath.Join(t.TempDir(), "mine.yaml")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(binding, "version: 1\nextends: scientific\n")
	write(mine, denyJSON)
	alone, err := Locate(o)
	if err != nil {
		t.Fatal(err)
	}
	o.PolicyFile = mine
	client, err := Locate(o)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if d.Rules() != client.Rules || d.Rules() == alone.Rules {
		t.Error("a client without the narrower policy would be judged by it, or one with it would not")
	}
	r := refusedBy(t, d)
	if r.Decision.PolicyDigest != d.Policy().Digest() || len(r.Decision.Reasons) != 1 || r.Decision.Reasons[0].Policy.File != mine {
		t.Errorf("%+v", r.Decision)
	}
	write(mine, "version: 1\nextends: scientific\nimports: {deny: [csv]}\n")
	if got := checked(t, d); got.Effect != interlock.Allow {
		t.Errorf("%+v", got.Reasons)
	}
	write(binding, denyJSON)
	if got := checked(t, d); got.Effect != interlock.Deny || got.Reasons[0].Policy.File != binding {
		t.Errorf("%+v", got.Reasons)
	}
	write(mine, "broken: 1\n")
	if got := checked(t, d); got.Effect != interlock.Deny || !strings.Contains(strings.Join(got.Warnings, " "), "not in force, older ones are") {
		t.Errorf("%+v", got)
	}
	versions, _ := versionsOf(t, d)
	if v := versions[0]; v.Digest != r.Decision.PolicyDigest || len(v.Files) != 3 || v.Files[0].Name != binding || v.Files[0].Narrows || v.Files[2].Name != mine || !v.Files[2].Narrows {
		t.Errorf("%+v", v)
	}
}

// X7, P13: a mode's mounts are the binding policy's to show; one that narrows it may
// show less of them.
func TestNarrowingPolicyNeedNotShowTheMounts(t *testing.T) {
	o := options(t)
	data := t.TempDir()
	home := strings.TrimPrefix(o.Env[0], "HOME=")
	mine, config := filepath.Join(home, "mine.yaml"), filepath.Join(home, "config.yml")
	for path, text := range map[string]string{filepath.Join(o.Etc, "policy.yaml"): "version: 1\nextends: scientific\nfilesystem: {read: [" + data + "]}\n",
		mine: "version: 1\nextends: scientific\nfilesystem: {read: [" + data + "/a]}\n", config: "execution: {modes: {read_only: {mounts: [" + data + "]}}}\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(data, "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	o.ConfigFile, o.PolicyFile = config, mine
	d, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, decision, _, err := d.Check(context.Background(), &interlock.Submission{Name: "x.py", Source: []byte("print(1)\n")})
	if err != nil || len(decision.Grant.Files.Read) != 1 || decision.Grant.Files.Read[0] != data+"/a" {
		t.Errorf("%v, %+v", err, decision.Grant.Files)
	}
}
