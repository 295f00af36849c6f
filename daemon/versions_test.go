package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/test/require"
)

// refusedBy takes a script that imports json the whole way and wants it refused, so
// that nothing needs a sandbox.
func refusedBy(t *testing.T, d *Daemon) *interlock.Result {
	t.Helper()
	r := d.Do(context.Background(), &interlock.Submission{Name: "x.py", Source: []byte("import json\n"), Who: Self(), Front: "test"}, interlock.Streams{})
	if r.Status != interlock.Refused {
		t.Fatalf("status %s: %v", r.Status, r.Error)
	}
	return r
}

func versionsOf(t *testing.T, d *Daemon) (versions []Version, entries []ledger.Entry) {
	t.Helper()
	l, err := d.Ledger(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if entries, err = l.Query(context.Background(), ledger.Filter{Kind: interlock.RecordPolicy}); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		v, err := ReadVersion(e)
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, v)
	}
	return versions, entries
}

func denying(reason string) string {
	return "version: 1\nextends: scientific\nimports: {deny: [{module: json, reason: " + reason + "}]}\n"
}

// P11: each version is recorded once, before the first decision by it, with its
// files, their owner and the diff; and every decision names its version.
func TestEachVersionIsRecordedOnceBeforeItDecides(t *testing.T) {
	d, _, write := serving(t, "", denying("first"))
	for range 2 {
		refusedBy(t, d)
	}
	write("policy.yaml", "# a comment makes no other version\n"+denying("first"))
	refusedBy(t, d)
	write("policy.yaml", denying("second"))
	last := refusedBy(t, d)

	versions, entries := versionsOf(t, d)
	if len(versions) != 2 {
		t.Fatalf("%d versions: %+v", len(versions), versions)
	}
	first, second := versions[0], versions[1]
	if second.Previous != first.Digest || second.Digest != last.Decision.PolicyDigest || entries[1].Policy != second.Digest {
		t.Errorf("%+v", second)
	}
	if !strings.Contains(second.Diff, "\n-imports: {deny: [{module: json, reason: first}]}\n+imports: {deny: [{module: json, reason: second}]}\n") {
		t.Errorf("diff: %s", second.Diff)
	}
	f := second.Files[0]
	if len(second.Files) != 2 || f.Owner == nil || f.Owner.UID != os.Getuid() || f.Modified == nil || f.Commit != nil || !second.Files[1].Shipped {
		t.Errorf("files %+v", second.Files)
	}
	l, _ := d.Ledger(context.Background())
	if text, err := l.Blob(context.Background(), entries[1].Blobs[f.Blob()].SHA256); err != nil || string(text) != denying("second") {
		t.Errorf("%q, %v", text, err)
	}
	decidedAfter(t, l, entries)
	if report, err := l.Verify(context.Background(), ledger.VerifyOptions{}); err != nil || !report.OK() {
		t.Errorf("%v, %v", report.Faults, err)
	}
}

// decidedAfter wants every decision to come after the record of its version.
func decidedAfter(t *testing.T, l *ledger.Ledger, versions []ledger.Entry) {
	t.Helper()
	recorded := map[string]uint64{}
	for _, e := range versions {
		recorded[e.Policy] = e.Seq
	}
	decisions, err := l.Query(context.Background(), ledger.Filter{Kind: interlock.RecordDecision})
	if err != nil || len(decisions) == 0 {
		t.Fatalf("%d decisions, %v", len(decisions), err)
	}
	for _, e := range decisions {
		if at, ok := recorded[e.Policy]; !ok || at > e.Seq {
			t.Errorf("decision %d is by %.12s, whose record is %d", e.Seq, e.Policy, at)
		}
	}
}

// P11: another process on the same state finds the version recorded.
func TestOneOffRunsRecordTheVersionToo(t *testing.T) {
	o := options(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(file, []byte(denying("alone")), 0o600); err != nil {
		t.Fatal(err)
	}
	o.PolicyFile = file
	for range 2 {
		d, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		refusedBy(t, d)
		if versions, _ := versionsOf(t, d); len(versions) != 1 || versions[0].Files[0].Name != file {
			t.Errorf("%+v", versions)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// P11: rules that change under load are never mixed: the reason that a decision
// gives is always that of the version it names, and that version is recorded.
func TestReloadUnderLoadMixesNoVersions(t *testing.T) {
	d, _, write := serving(t, "", denying("v0"))
	reasons := map[string]string{} // digest to the only reason of that version
	file := filepath.Join(t.TempDir(), "p.yaml")
	const versions = 12
	for i := range versions {
		if err := os.WriteFile(file, []byte(denying(fmt.Sprintf("v%d", i))), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := policy.Load(file, policy.Options{Home: "/nonexistent"})
		if err != nil {
			t.Fatal(err)
		}
		reasons[p.Digest()] = fmt.Sprintf("import of json is refused: v%d", i)
	}
	stop, seen := make(chan struct{}), sync.Map{}
	var submitting sync.WaitGroup
	for worker := range 4 {
		submitting.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					seen.Store(oneDecision(t, d, worker == 0 && i%8 == 0, reasons), true)
				}
			}
		})
	}
	for i := range versions {
		write("next.yaml", denying(fmt.Sprintf("v%d", i)))
		if err := os.Rename(filepath.Join(d.places.config, "next.yaml"), filepath.Join(d.places.config, "policy.yaml")); err != nil {
			t.Fatal(err)
		}
		want := checked(t, d) // in force for whoever asks from now on
		if got := want.Reasons[0].Message; got != fmt.Sprintf("import of json is refused: v%d", i) {
			t.Errorf("version %d: %s", i, got)
		}
	}
	close(stop)
	submitting.Wait()
	n := 0
	seen.Range(func(any, any) bool { n++; return true })
	if n < 2 {
		t.Errorf("only %d versions were met under load", n)
	}
	_, entries := versionsOf(t, d)
	l, _ := d.Ledger(context.Background())
	refusedBy(t, d)
	decidedAfter(t, l, entries)
}

// oneDecision checks that the decision's reason is that of the version it names,
// and returns the version.
func oneDecision(t *testing.T, d *Daemon, whole bool, reasons map[string]string) string {
	var got interlock.Decision
	if whole {
		got = d.Do(context.Background(), &interlock.Submission{Name: "x.py", Source: []byte("import json\n"), Who: Self()}, interlock.Streams{}).Decision
	} else {
		_, got, _, _ = d.Check(context.Background(), &interlock.Submission{Name: "x.py", Source: []byte("import json\n")})
	}
	want, known := reasons[got.PolicyDigest]
	if !known {
		t.Errorf("a decision by the unknown version %q: %+v", got.PolicyDigest, got)
		return got.PolicyDigest
	}
	if len(got.Reasons) != 1 || got.Reasons[0].Message != want {
		t.Errorf("version %.12s: %+v, want %s", got.PolicyDigest, got.Reasons, want)
	}
	return got.PolicyDigest
}

// P11: in a git work tree the author of the last commit is named, and neither the
// repository's configuration nor its hooks and attributes run anything.
func TestAuthorIsReadWithoutTrustingTheRepository(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		require.Skip(t, require.Toolchain, "git")
	}
	dir := t.TempDir()
	pwned := filepath.Join(t.TempDir(), "pwned")
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command(git, append([]string{"-C", dir, "-c", "user.name=Ada L", "-c", "user.email=ada@example.org"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	text := []byte(denying("committed"))
	file := filepath.Join(dir, "rules", "policy.yaml")
	put := func(b []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("init", "-q")
	put(text)
	run("add", ".")
	run("commit", "-q", "-m", "rules")
	if err := os.WriteFile(filepath.Join(dir, "other"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	run("add", ".")
	run("-c", "user.name=Somebody Else", "commit", "-q", "-m", "other")
	for _, packed := range []bool{false, true} {
		if packed {
			run("-c", "core.fsmonitor=false", "gc", "-q")
		}
		for _, key := range []string{"core.fsmonitor", "core.pager", "core.sshCommand", "gpg.program", "diff.external", "alias.log", "core.editor"} {
			run("config", key, "touch "+pwned+" #")
		}
		run("config", "log.showSignature", "true")
		c := gitCommit(context.Background(), file, text)
		if c == nil || c.Author != "Ada L" || c.Email != "ada@example.org" || len(c.ID) != 40 || c.Time.IsZero() || c.Uncommitted {
			t.Errorf("packed %t: %+v", packed, c)
		}
	}
	if c := gitCommit(context.Background(), file, append(text, '#')); c == nil || !c.Uncommitted || c.Author != "" {
		t.Errorf("changed since: %+v", c)
	}
	if c := gitCommit(context.Background(), filepath.Join(t.TempDir(), "p.yaml"), text); c != nil {
		t.Errorf("outside of a work tree: %+v", c)
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("the repository's configuration ran something")
	}
	run("status")
	if _, err := os.Stat(pwned); err != nil {
		t.Error("git itself does not run what the configuration names either: the test proves nothing")
	}
}

// A record says who and what in plain keys, which auditors query by.
func TestVersionRecordHasItsKeys(t *testing.T) {
	d, _, _ := serving(t, "", denying("keys"))
	refusedBy(t, d)
	_, entries := versionsOf(t, d)
	var body map[string]any
	if err := json.Unmarshal(entries[0].Body, &body); err != nil || body["digest"] == nil || body["files"] == nil {
		t.Errorf("%v, %s", err, entries[0].Body)
	}
	if entries[0].Who.Kind != interlock.SystemIdentity || entries[0].Run != "" {
		t.Errorf("%+v", entries[0])
	}
}
