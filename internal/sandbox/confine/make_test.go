package confine

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

func fullHost() Host {
	return Host{UID: 1000, GID: 1000, Arch: "amd64", LandlockABI: 7, Seccomp: true, Trial: Trial{Namespaces: true, Proc: true},
		Cgroup: Cgroup{Version: CgroupV2, Dirs: map[string]string{"memory": "/cg", "pids": "/cg", "cpu": "/cg"}},
		Links:  map[string]string{"/lib": "usr/lib"}, Paths: []string{"/usr/lib", "/etc/ld.so.cache"}, Files: []string{"/etc/ld.so.cache"}, LdSo: []string{"/usr/lib/ld.so"}}
}

func fullSpec() Spec {
	return Spec{ID: "r1", Level: interlock.Namespaces, Interpreter: "/env/bin/python3", Binary: "/base/bin/python3.11", Roots: []string{"/env", "/base"},
		Grant: interlock.Grant{Files: interlock.Files{Folder: "/home/a/proj"}, Resources: interlock.Resources{Wall: time.Minute, CPU: time.Minute,
			Memory: 1 << 30, Processes: 8, OpenFiles: 64, Output: 1 << 20, Stdout: 1 << 20, Stderr: 1 << 20, Line: 1 << 10,
			File: 1 << 20, Workspace: 1 << 20, Inodes: 100, Shm: 1 << 20, Results: 1 << 10, Figures: 2, Figure: 1 << 10, Outputs: 3}}}
}

// TestMakeRefuses (P13): what a host cannot hold is an error that says what to
// type, never a weaker run. The hosts are kernels nobody here has.
func TestMakeRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		host func(*Host)
		spec func(*Spec)
		want string
	}{
		"no Landlock":               {host: func(h *Host) { h.LandlockABI = 0 }, want: "Landlock"},
		"no seccomp":                {host: func(h *Host) { h.Seccomp = false }, want: "seccomp"},
		"no namespaces":             {host: func(h *Host) { h.Trial = Trial{Why: "EPERM"} }, want: "EPERM"},
		"a zero host":               {host: func(h *Host) { *h = Host{} }, want: "cannot hold"},
		"a level below the minimum": {spec: func(s *Spec) { s.Level = interlock.Landlock }, want: "weaker"},
		"no isolation unasked":      {spec: func(s *Spec) { s.Level = interlock.NoIsolation }, want: "weaker"},
		"no memory limit":           {spec: func(s *Spec) { s.Grant.Resources.Memory = 0 }, want: "memory"},
		"no limits at all":          {spec: func(s *Spec) { s.Grant.Resources = interlock.Resources{} }, want: "no limit"},
		"strict without cgroups": {host: func(h *Host) { h.Cgroup = Cgroup{} }, want: "weaker form",
			spec: func(s *Spec) { s.Grant.Resources.Strict = true }},
	} {
		t.Run(name, func(t *testing.T) {
			h, s := fullHost(), fullSpec()
			if tc.host != nil {
				tc.host(&h)
			}
			if tc.spec != nil {
				tc.spec(&s)
			}
			p, err := Make(s, h)
			var e *interlock.Error
			if p != nil || !errors.As(err, &e) || !strings.Contains(e.Message, tc.want) || e.Hint == "" {
				t.Fatalf("plan %v, error %v; want an error about %q with a hint", p, err, tc.want)
			}
		})
	}
}

// TestHeldWords (P17): each limit says by what it is held, and a weaker form says so.
func TestHeldWords(t *testing.T) {
	for name, tc := range map[string]struct {
		cgroup CgroupVersion
		by     string
		weaker int
	}{"v2": {CgroupV2, "cgroup v2", 0}, "v1": {CgroupV1, "cgroup v1", 0}, "none": {NoCgroup, "rlimit and supervisor", 2}} {
		t.Run(name, func(t *testing.T) {
			h := fullHost()
			h.Cgroup.Version = tc.cgroup
			if tc.cgroup == NoCgroup {
				h.Cgroup = Cgroup{}
			}
			p, err := Make(fullSpec(), h)
			if err != nil {
				t.Fatal(err)
			}
			if l := p.Limit("memory"); l == nil || l.By != tc.by || l.Value != "1 GiB" {
				t.Errorf("memory is held as %+v", l)
			}
			if got := p.Weaker(); len(got) != tc.weaker {
				t.Errorf("weaker: %q", got)
			}
			for _, limit := range limitNames() {
				if p.Limit(limit) == nil {
					t.Errorf("limit %s is not held", limit)
				}
			}
		})
	}
}

// TestMounts (P4): parents come before children, nothing of the host is writable
// unless granted, and a forbidden path is covered wherever it lies.
func TestMounts(t *testing.T) {
	s := fullSpec()
	s.Hide = []string{".env"}
	s.Forbid = []Hidden{{Path: "/base/secret", Dir: true}, {Path: "/elsewhere"}}
	s.Grant.Files.Write = []string{"/data/out"}
	p, err := Make(s, fullHost())
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, m := range p.Mounts {
		at[m.Target] = i
		writable := m.Kind == MountBind && m.Writable && !m.Device && !strings.HasPrefix(m.Source, stage)
		if writable && m.Target != "/data/out" {
			t.Errorf("%s is writable", m.Target)
		}
	}
	if at["/base/secret"] < at["/base"] || at["/base/secret"] == 0 {
		t.Error("the forbidden folder is not covered after its parent is mounted")
	}
	if _, ok := at["/elsewhere"]; ok {
		t.Error("a path that is not visible needs no cover")
	}
	if _, ok := at[stage+"/upper/.env"]; !ok {
		t.Error("the hidden file is not hidden")
	}
	for _, r := range p.Rules {
		if r.Access&AccessExec != 0 && r.Path != "/base/bin/python3.11" && r.Path != "/usr/lib/ld.so" {
			t.Errorf("%s can be executed", r.Path)
		}
	}
	if p.User.Inner == 0 {
		t.Error("the run is root inside")
	}
	if text := p.String(); !strings.Contains(text, "/data/out (writable)") || !strings.Contains(text, "memory") {
		t.Errorf("the printed plan lacks parts:\n%s", text)
	}
}

func TestRootGivesItselfUp(t *testing.T) {
	h := fullHost()
	h.UID, h.GID, h.RunUID = 0, 0, 70000
	p, err := Make(fullSpec(), h)
	if err != nil {
		t.Fatal(err)
	}
	if p.User.Host != 70000 || p.User.Group != 70000 || !p.User.Drop {
		t.Errorf("a run of root is %+v", p.User)
	}
}

func TestEnvironmentOverrides(t *testing.T) {
	s := fullSpec()
	s.Grant.Environment.Variables = map[string]string{"HOME": "/x", "EPICS_CA_ADDR_LIST": "127.0.0.1"}
	p, err := Make(s, fullHost())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(p.Exec.Env, "HOME=/x") || slices.Contains(p.Exec.Env, "HOME=/tmp") || !slices.Contains(p.Exec.Env, "EPICS_CA_ADDR_LIST=127.0.0.1") {
		t.Errorf("environment %q", p.Exec.Env)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{1: "1 B", 1024: "1 KiB", 1 << 30: "1 GiB", 1536: "1536 B", 0: "0 B"} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}
