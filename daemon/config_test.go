package daemon

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/policies"
)

// host is a machine with its own home and /etc/interlock.
type host struct {
	t         *testing.T
	home, etc string
	env       map[string]string
	src       Sources
	logged    bytes.Buffer
}

func newHost(t *testing.T) *host {
	h := &host{t: t, home: t.TempDir(), etc: t.TempDir(), env: map[string]string{}}
	h.src = Sources{Home: h.home, Etc: h.etc, Getenv: func(name string) string { return h.env[name] }, Log: slog.New(slog.NewTextHandler(&h.logged, nil))}
	return h
}

func (h *host) put(path, text string) string {
	h.t.Helper()
	if !filepath.IsAbs(path) {
		path = filepath.Join(h.home, ".config", "interlock", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

func (h *host) load() *Config {
	h.t.Helper()
	c, _, err := LoadConfig(h.src)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *host) fails(want ...string) {
	h.t.Helper()
	c, _, err := LoadConfig(h.src)
	e := (*interlock.Error)(nil)
	if c != nil || !errors.As(err, &e) || e.Code.Status() != 2 || e.Kind != interlock.Configuration || e.Hint == "" {
		h.t.Errorf("want exit 2 with a hint, got %+v, %v", c, err)
		return
	}
	for _, w := range want {
		if !strings.Contains(e.Message+e.Hint, w) {
			h.t.Errorf("missing %q in %s (%s)", w, e.Message, e.Hint)
		}
	}
}

// X3, X4, X5: what enables writes, and what is said about it.
func TestWritesEnabled(t *testing.T) {
	const broken = "using safe defaults"
	for source, c := range map[string]struct {
		enabled bool
		warning string
	}{
		"":                      {false, ""},
		"execution_control: {}": {false, ""},
		"state_dir: /tmp/s":     {false, ""},
		"execution_control: {epics: {writes_enabled: false}}":                                         {false, ""},
		"execution_control: {epics: {writes_enabled: true}}":                                          {true, interlock.WritesEnabledWarning},
		"control_system: {writes_enabled: true}":                                                      {true, interlock.WritesEnabledWarning},
		"control_system: {writes_enabled: false}":                                                     {false, ""},
		"execution_control: {epics: {writes_enabled: true}}\ncontrol_system: {writes_enabled: true}":  {true, interlock.WritesEnabledWarning},
		"execution_control: {epics: {writes_enabled: true}}\ncontrol_system: {writes_enabled: false}": {false, "false wins"},
		"execution_control: {epics: {writes_enabled: false}}\ncontrol_system: {writes_enabled: true}": {false, "false wins"},
		"execution_control: {epics: {writes_enabled: \"true\"}}":                                      {false, broken},
		"execution_control: {epics: {writes_enabled: yes}}":                                           {false, broken},
		"execution_control: {epics: {writes_enabled: 1}}":                                             {false, broken},
		"execution_control: {epics: {writes_enabled: }}":                                              {false, broken},
		"execution_control: {epics: true}":                                                            {false, broken},
		"execution_control: true":                                                                     {false, broken},
		"execution_control: {epics: {writes_enabled: true}}\ncontrol_system: {writes_enabled: 1}":     {false, broken},
		"execution_control: {epics: {writes_enabled: true, writes_enabled: true}}":                    {false, broken},
		"execution_control: {epics: {writes_enabled: true, extra: 1}, allow_override: true}":          {false, broken},
		"execution_control: {epics: {writes_enabeld: true}}":                                          {false, "did you mean writes_enabled?"},
		"execution_control: {epics: {writes_enabled: true}":                                           {false, broken},
		"just a word":                    {false, broken},
		"execution_control:\n\tepics: 1": {false, broken},
	} {
		h := newHost(t)
		h.put("config.yml", source+"\n")
		cfg, warnings, err := LoadConfig(h.src)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if cfg.Control.EPICSWritesEnabled != c.enabled || cfg.AllowOverride {
			t.Errorf("%s: enabled %v, override %v", source, cfg.Control.EPICSWritesEnabled, cfg.AllowOverride)
		}
		all := strings.Join(warnings, "\n")
		if (len(warnings) > 0) != (c.warning != "") || !strings.Contains(all, c.warning) || c.warning != "" && !strings.Contains(h.logged.String(), "level=WARN") {
			t.Errorf("%s: warnings %q, logged %q", source, all, h.logged.String())
		}
		if c.warning == broken && !strings.Contains(all, "config.yml") {
			t.Errorf("%s: the warning does not name its cause: %q", source, all)
		}
	}
}

// X4: no file is no fault.
func TestNoConfiguration(t *testing.T) {
	h := newHost(t)
	c, warnings, err := LoadConfig(h.src)
	if err != nil || len(warnings) > 0 || c.Path != "" || c.Control.EPICSWritesEnabled || c.Policy.Shipped != "scientific" || c.StateDir != filepath.Join(h.home, ".local/state/interlock") {
		t.Errorf("got %+v, %v, %v", c, warnings, err)
	}
	if m := c.Modes[interlock.WriteAccess]; m.RequiresApproval || len(c.Modes) != 2 {
		t.Errorf("modes: %+v", c.Modes)
	}
	_, _, err = LoadConfig(Sources{})
	if err == nil || !strings.Contains(err.Error(), "no home folder") {
		t.Errorf("without a home folder: %v", err)
	}
}

// X4: the fallback never loses the policy, the state or an approval.
func TestBrokenFileThatNamesMore(t *testing.T) {
	const broken = "\nexecution_control: {epics: {writes_enabled: true}\n"
	for line, lost := range map[string]string{
		"policy: /p.yaml": "the policy", "\"policy\": /p.yaml": "the policy", "state_dir: /s": "the state directory", "state_dir: /s\npolicy: /p": "the policy and the state directory",
		"execution: {modes: {read_only: {requires_approval: true}}}": "approvals", "approval: {global_mode: all}": "approvals", "\"pol\\x69cy\": /p": "the policy and the state directory and approvals",
		"x: \xff": "the policy and the state directory and approvals", "x: \x00": "approvals",
	} {
		h := newHost(t)
		h.put("config.yml", line+broken)
		h.fails("cannot be used", lost, "which nothing else names", "config.yml:")
	}
	h := newHost(t)
	h.put("config.yml", "# policy, state_dir and approval stand in a comment\nenvironment: {python: python3}"+broken)
	if c := h.load(); c.Control.EPICSWritesEnabled || c.Python != "" {
		t.Errorf("got %+v", c)
	}
	h.put("config.yml", "policy: /p\nstate_dir: /s"+broken)
	h.env["INTERLOCK_POLICY"] = h.put("/"+filepath.Join(h.home, "p.yaml"), "version: 1")
	h.fails("it may name the state directory, which")
	h.src.StateFlag = "/state"
	if c := h.load(); c.Policy.Path != h.env["INTERLOCK_POLICY"] || c.StateDir != "/state" {
		t.Errorf("got %+v", c)
	}
	h.put("config.yml", "policy: 3\n")
	h.fails("policy wants a string", "config.yml:1:9")
}

// X4: a file that cannot be read could have said anything.
func TestUnreadableConfiguration(t *testing.T) {
	h := newHost(t)
	path := h.put("config.yml", "")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil { // root reads files of mode 0
		t.Fatal(err)
	}
	h.fails("is not a file", "the policy and the state directory and approvals")
	h.src.PolicyFlag, h.src.StateFlag, h.src.ApprovalsNamed = "/p.yaml", "/s", true
	c, warnings, err := LoadConfig(h.src)
	if err != nil || c.Control.EPICSWritesEnabled || len(warnings) != 1 || !strings.Contains(warnings[0], "is not a file, using safe defaults") {
		t.Errorf("got %+v, %q, %v", c, warnings, err)
	}
}

func TestOnlyTheOwnerWrites(t *testing.T) {
	h := newHost(t)
	path := h.put("config.yml", "execution_control: {epics: {writes_enabled: true}}\n")
	if err := os.Chmod(path, 0o664); err != nil {
		t.Fatal(err)
	}
	h.src.PolicyFlag, h.src.StateFlag, h.src.ApprovalsNamed = "/p.yaml", "/s", true
	h.fails("its group may write it", "chmod go-w "+path)
}

// X7: each mode its own interpreter, variables and access controls.
func TestModes(t *testing.T) {
	h := newHost(t)
	path := h.put("config.yml", `environment: {python: /env}
execution_control: {epics: {writes_enabled: true}, allow_override: true}
execution:
  modes:
    read_only:
      description: analysis
      interpreter: /ro/bin/python
      allows_writes: false
      environment: {OMP_NUM_THREADS: "1"}
      mounts: [/data]
      forbid: [/data/x]
      limits: {wall: 5s, memory: 1MiB}
    write_access:
      allows_writes: true
      requires_approval: true
`)
	c := h.load()
	want := ModeConfig{Description: "analysis", Environment: interlock.Environment{Interpreter: "/ro/bin/python", Variables: map[string]string{"OMP_NUM_THREADS": "1"}},
		Mounts: []string{"/data"}, Forbid: []string{"/data/x"}, Limits: interlock.Resources{Wall: 5e9, Memory: 1 << 20}}
	if got := c.Modes[interlock.ReadOnly]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	wa := c.Modes[interlock.WriteAccess]
	if !wa.RequiresApproval || wa.Environment.Interpreter != "/env" || wa.At != (interlock.PolicyLine{File: path, Line: 15}) {
		t.Errorf("got %+v", wa)
	}
	me := (interlock.Identity{Kind: interlock.SelfIdentity, UID: 7})
	p := c.PolicyControl(func(who interlock.Identity) bool { return who == me })
	if _, required := p.RequiresApproval[interlock.WriteAccess]; !required || len(p.RequiresApproval) != 1 || !p.AllowOverride(me) || p.At.Line != 2 || !p.Config.EPICSWritesEnabled {
		t.Errorf("control: %+v", p)
	}
	if m := c.PolicyModes()[interlock.ReadOnly]; m.Limits.Wall != 5e9 || m.Mounts[0] != "/data" {
		t.Errorf("modes: %+v", m)
	}
	h.put("config.yml", "")
	if p := h.load().PolicyControl(func(interlock.Identity) bool { return true }); p.AllowOverride != nil {
		t.Error("an override is allowed by default")
	}
}

// Faults of everything else are errors, all at once.
func TestFaults(t *testing.T) {
	h := newHost(t)
	h.put("config.yml", `polcy: /x
state_dir: rel
environment: {python: ./venv}
execution:
  modes:
    readonly: {}
    read_only: {allows_writes: true, requires_approval: "no", mounts: [x], limits: {wall: 3}, gateway: g, environment: {A: 1}}
    write_access: {allows_writes: false, kernel_name: k}
approval: {global_mode: disabled, capabilities: {memory: {enabled: true}}}
execution_control: {epics: {writes_enabled: yes}}
`)
	h.fails(`unknown key "polcy"`, "did you mean policy?", `"rel" is not an absolute path`, `"./venv" depends on where`, `unknown execution mode "readonly"`,
		"mode read_only with allows_writes: true contradicts itself", "mode write_access with allows_writes: false contradicts itself", "requires_approval wants a boolean",
		`mounts[0]: "x" is not`, "3 has no unit", `no gateway is called "g"`, "cannot enforce execution.modes.write_access.kernel_name yet",
		"environment.A wants a string", `unknown key "memory" in approval.capabilities`, "writes_enabled wants a boolean", "config.yml:7:32")
}

// The template loads as it is, and with its examples.
func TestTemplate(t *testing.T) {
	h := newHost(t)
	h.put("config.yml", policies.InitConfig)
	if c := h.load(); c.Control.EPICSWritesEnabled || c.StateDir == "" {
		t.Errorf("got %+v", c)
	}
	var lines []string
	for _, line := range strings.Split(policies.InitConfig, "\n") {
		if rest, ok := strings.CutPrefix(line, "# "); ok && (strings.HasPrefix(rest, " ") || strings.Contains(strings.Fields(rest)[0], ":")) {
			line = rest
		}
		lines = append(lines, strings.Replace(line, "  # allow_override", "  allow_override", 1))
	}
	h.put("config.yml", strings.Join(lines, "\n"))
	c := h.load()
	if !c.AllowOverride || c.StateDir != "/home/you/.local/state/interlock" || c.Modes[interlock.ReadOnly].Limits.Wall != 30e9 || !c.Modes[interlock.WriteAccess].RequiresApproval {
		t.Errorf("got %+v", c)
	}
	if _, err := policy.LoadShipped(c.Policy.Shipped, policy.Options{Home: h.home}); c.Policy.Shipped != "" && err != nil {
		t.Error(err)
	}
}
