package daemon

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon/queue"
)

// serving is a Daemon over a home with the configuration config and the policy
// rules, either "" for none. Its clock stands still unless the test moves it.
func serving(t *testing.T, config, rules string) (d *Daemon, log *bytes.Buffer, write func(name, text string)) {
	t.Helper()
	o := options(t)
	home := strings.TrimPrefix(o.Env[0], "HOME=")
	write = func(name, text string) {
		t.Helper()
		dir := filepath.Join(home, ".config", "interlock")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"config.yml": config, "policy.yaml": rules} {
		if text != "" {
			write(name, text)
		}
	}
	log = &bytes.Buffer{}
	o.Log, o.Serve, o.Pool = slog.New(slog.NewTextHandler(log, nil)), true, -1
	d, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, log, write
}

// checked is the decision on a script that imports json.
func checked(t *testing.T, d *Daemon) interlock.Decision {
	t.Helper()
	_, decision, _, err := d.Check(context.Background(), &interlock.Submission{Name: "x.py", Source: []byte("import json\n")})
	if err != nil {
		t.Fatal(err)
	}
	return decision
}

const denyJSON = "version: 1\nextends: scientific\nimports: {deny: [{module: json, reason: test}]}\n"

// P11: a good new policy is in force for the next submission; a bad one is not, the
// old one stays, and every decision and the log say so until it is mended.
func TestChangedRulesAreInForceIfTheyAreSound(t *testing.T) {
	d, log, write := serving(t, "", "version: 1\nextends: scientific\n")
	first := checked(t, d)
	if first.Effect == interlock.Deny || len(first.Warnings) != 0 {
		t.Fatalf("%+v", first)
	}
	write("policy.yaml", denyJSON)
	denied := checked(t, d)
	if denied.Effect != interlock.Deny || denied.PolicyDigest == first.PolicyDigest {
		t.Errorf("the new policy is not in force: %+v", denied)
	}
	write("policy.yaml", "version: 1\nimprts: {}\n")
	for range 2 {
		kept := checked(t, d)
		if kept.PolicyDigest != denied.PolicyDigest || len(kept.Warnings) != 1 || !strings.Contains(kept.Warnings[0], "imprts") {
			t.Errorf("%+v", kept)
		}
	}
	if n := strings.Count(log.String(), "the old ones stay in force"); n != 1 {
		t.Errorf("said %d times: %s", n, log)
	}
	write("policy.yaml", "version: 1\nextends: scientific\n")
	if mended := checked(t, d); mended.PolicyDigest != first.PolicyDigest || len(mended.Warnings) != 0 {
		t.Errorf("%+v", mended)
	}
}

// A file that was not there, one that is extended, and one of the same size and
// time are changes too.
func TestEveryFileOfTheRulesIsLookedAt(t *testing.T) {
	d, _, write := serving(t, "", "")
	if checked(t, d).Effect == interlock.Deny {
		t.Fatal("denied already")
	}
	write("base.yaml", denyJSON)
	write("policy.yaml", "version: 1\nextends: base.yaml\n")
	if checked(t, d).Effect != interlock.Deny {
		t.Error("a policy that was not there before is not in force")
	}
	base := filepath.Join(d.places.config, "base.yaml")
	info, err := os.Stat(base)
	if err != nil {
		t.Fatal(err)
	}
	write("base.yaml", strings.Replace(denyJSON, "module: json", "module: jsom", 1))
	if err := os.Chtimes(base, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if checked(t, d).Effect == interlock.Deny {
		t.Error("a change that left size and time is not seen")
	}
	if err := os.Chmod(base, 0o666); err != nil {
		t.Fatal(err)
	}
	if got := checked(t, d); len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "base.yaml") {
		t.Errorf("a policy that others may write: %+v", got)
	}
}

func TestTheServersLimitsAreStrictAndFollowTheConfiguration(t *testing.T) {
	d, _, write := serving(t, "server: {max_running: 3, max_queued: 7, per_user_running: 2, per_user_queued: 5, drain: 4s, pool: 0, preload: [numpy, scipy.stats]}\n", "")
	want := ServerConfig{Queue: queue.Limits{Running: 3, Queued: 7, RunningPerUser: 2, QueuedPerUser: 5}, Drain: 4 * time.Second, Preload: []string{"numpy", "scipy.stats"}}
	if got := d.Config().Server; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	write("config.yml", "server: {max_running: 9}\n")
	if s := d.Status(); s.Limits.Queue.Running != 9 || s.Limits.Drain != defaultDrain || s.Stale != "" {
		t.Errorf("%+v", s)
	}
	for _, bad := range []string{"{max_running: 0}", "{max_rnuning: 1}", "{drain: 30}", "{pool: -1}", "{pool: 2000}", "{preload: numpy}", "{preload: ['os; import evil']}", "{preload: [1]}"} {
		write("config.yml", "server: "+bad+"\n")
		if s := d.Status(); s.Stale == "" || s.Limits.Queue.Running != 9 {
			t.Errorf("%s: %+v", bad, s)
		}
		write("config.yml", "server: {max_running: 9}\n")
		if s := d.Status(); s.Stale != "" {
			t.Fatalf("%s", s.Stale)
		}
	}
}

// Two processes have the same key only if they come to the same decision.
func TestTheKeyOfTheRulesCoversWhatDecides(t *testing.T) {
	base := options(t)
	home := strings.TrimPrefix(base.Env[0], "HOME=")
	config := filepath.Join(home, "other.yml")
	if err := os.WriteFile(config, []byte("environment: {python: python3}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	key := func(change func(*Options)) string {
		o := base
		o.Env = append([]string{}, base.Env...)
		change(&o)
		l, err := Locate(o)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if d.Rules() != l.Rules {
			t.Error("client and daemon do not agree")
		}
		return l.Rules
	}
	path := func(dir string) func(*Options) {
		return func(o *Options) { o.Env, o.ConfigFile = append(o.Env, "PATH="+dir), config }
	}
	same := key(func(*Options) {})
	if got := key(func(o *Options) { o.Env = append(o.Env, "VIRTUAL_ENV=/x", "PATH=/x") }); got != same {
		t.Error("the caller's environment is sent with each run, and is in the key")
	}
	seen := map[string]string{same: "nothing"}
	for name, change := range map[string]func(*Options){
		"version": func(o *Options) { o.Version = "v2" },
		"state":   func(o *Options) { o.StateDir = "/elsewhere" },
		"home":    func(o *Options) { o.Env = append(o.Env, "HOME=/elsewhere") },
		"policy": func(o *Options) {
			o.PolicyFile = filepath.Join(home, "p.yaml")
			os.WriteFile(o.PolicyFile, []byte("version: 1\nextends: strict\n"), 0o600)
		},
		"config": func(o *Options) {
			o.ConfigFile = filepath.Join(home, "c.yml")
			os.WriteFile(o.ConfigFile, []byte("{}\n"), 0o600)
		},
		"content": func(o *Options) {
			o.ConfigFile = filepath.Join(home, "c.yml")
			os.WriteFile(o.ConfigFile, []byte("{}\n#\n"), 0o600)
		},
		"command on one PATH":     path("/a"),
		"command on another PATH": path("/b"),
	} {
		got := key(change)
		if other, ok := seen[got]; ok || got == "" {
			t.Errorf("%s and %s have the same key %q", name, other, got)
		}
		seen[got] = name
	}
}

// A queued run that is cancelled, or whose daemon stops, is recorded and runs no
// code; and none is taken after that.
func TestWhatNeverBeganIsRecorded(t *testing.T) {
	d, _, _ := serving(t, "server: {max_running: 1, max_queued: 2}\n", "")
	who := Peer(os.Getuid())
	var all []*Admission
	for range 3 {
		a, err := d.Admit(&interlock.Submission{Name: "x.py", Source: []byte("print(1)\n"), Who: who, Front: "api"})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	busy := (*queue.Busy)(nil)
	if _, err := d.Admit(&interlock.Submission{Who: who}); !errors.As(err, &busy) || interlock.AsError(err).Code.Status() != 6 {
		t.Errorf("a full queue: %v", err)
	}
	if _, err := d.Cancel(interlock.Identity{Kind: interlock.PeerIdentity, UID: -7}, all[1].ID(), interlock.Interrupted); err == nil {
		t.Error("another user cancelled it")
	}
	if id, err := d.Cancel(who, all[1].ID(), interlock.Interrupted); err != nil || id != all[1].ID() {
		t.Errorf("%s, %v", id, err)
	}
	d.Stop()
	for i, want := range map[int]int{1: 130, 2: 143, 0: 143} {
		r := all[i].Do(interlock.Streams{}, func() {})
		if r.ExitStatus() != want || r.Observed.Started || r.Receipt.Seq == 0 {
			t.Errorf("%d: status %d, want %d, started %v, %+v", i, r.ExitStatus(), want, r.Observed.Started, r.Receipt)
		}
	}
	if _, err := d.Admit(&interlock.Submission{Who: who}); err == nil || interlock.AsError(err).Name != Stopping {
		t.Errorf("after stop: %v", err)
	}
	d.Drain(context.Background())
	l, err := d.Ledger(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	runs, err := l.Runs(context.Background(), 0)
	if err != nil || len(runs) != 3 {
		t.Fatalf("%+v, %v", runs, err)
	}
	for _, r := range runs {
		if r.Status != interlock.Stopped || r.Folder != "" {
			t.Errorf("%+v", r)
		}
	}
}
