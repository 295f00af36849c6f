package daemon

import (
	"os"
	"path/filepath"
	"testing"
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

// The operator's policy binds; everybody else's is refused, not silently dropped.
func TestBindingPolicy(t *testing.T) {
	h := newHost(t)
	mine := h.put("policy.yaml", "version: 1\n")
	if c := h.load(); c.Policy.Path != mine || c.Policy.Binding {
		t.Errorf("got %+v", c.Policy)
	}
	binding := h.put(filepath.Join(h.etc, "policy.yaml"), "version: 1\n")
	h.fails(binding+" binds", mine)
	if err := os.Remove(mine); err != nil {
		t.Fatal(err)
	}
	if c := h.load(); c.Policy.Path != binding || !c.Policy.Binding {
		t.Errorf("got %+v", c.Policy)
	}
	h.src.PolicyFlag = "/tmp/other.yaml"
	h.fails("--policy names another policy")
	h.src.PolicyFlag, h.env["INTERLOCK_POLICY"] = "", "/tmp/other.yaml"
	h.fails("$INTERLOCK_POLICY names another policy")
	h.env["INTERLOCK_POLICY"] = ""
	h.put("config.yml", "policy: /tmp/other.yaml\n")
	h.fails("config.yml names another policy")
	h.put("config.yml", "policy: "+binding+"\n")
	if c := h.load(); !c.Policy.Binding {
		t.Errorf("got %+v", c.Policy)
	}
}
