package ledger_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/sqlite"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

var ann = interlock.Identity{Kind: interlock.SelfIdentity, UID: 1000, Name: "ann"}

// stateDir is a fresh folder that only its owner can write.
func stateDir(t testing.TB) string { return filepath.Join(t.TempDir(), "state") }

// open opens the ledger in dir as `interlock run` does.
func open(t testing.TB, dir string, redactor *redact.Redactor) *ledger.Ledger {
	t.Helper()
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.New(store, ledger.Options{Dir: dir, Now: time.Now, Redact: redactor})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func appendAll(t testing.TB, l *ledger.Ledger, records ...interlock.Record) interlock.Receipt {
	t.Helper()
	r, err := l.Append(t.Context(), records...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func record(kind interlock.RecordKind, run string, body any) interlock.Record {
	return interlock.Record{Kind: kind, Run: run, Who: ann, Flow: "shift", Policy: "p1", Body: body}
}

// begun is what is recorded before code is sent.
func begun(run string) []interlock.Record {
	sub := record(interlock.RecordSubmission, run, map[string]any{"name": "fit.py", "front": "cli"})
	sub.Blobs = map[string][]byte{"source": []byte("print('" + run + "')\n")}
	return []interlock.Record{sub,
		record(interlock.RecordDecision, run, map[string]any{"effect": "allow", "mode": "read_only"}),
		record(interlock.RecordStart, run, map[string]any{"level": "namespaces", "folder": "/runs/" + run})}
}

func finished(run string) interlock.Record {
	end := record(interlock.RecordEnd, run, map[string]any{"status": "succeeded", "wall_ms": 12, "error": nil})
	end.Blobs = map[string][]byte{"stdout": []byte(run + "\n"), "stderr": nil}
	return end
}

// refused is a run that a policy refused.
func refused(run string) []interlock.Record {
	return append(begun(run)[:1],
		record(interlock.RecordDecision, run, map[string]any{"effect": "deny", "mode": "read_only"}),
		record(interlock.RecordDenial, run, map[string]any{"effect": "deny", "rule": "network"}),
		record(interlock.RecordEnd, run, map[string]any{"status": "refused", "error": map[string]any{"message": "subprocess is refused"}}))
}

// sample fills l with n finished runs, one refused, and a purge.
func sample(t testing.TB, l *ledger.Ledger, n int) {
	t.Helper()
	for i := range n {
		run := fmt.Sprintf("run%d", i)
		appendAll(t, l, begun(run)...)
		appendAll(t, l, finished(run))
	}
	appendAll(t, l, refused("bad")...)
	ends, err := l.Query(t.Context(), ledger.Filter{Run: "run0", Kind: interlock.RecordEnd, Limit: 1})
	if err != nil || len(ends) != 1 {
		t.Fatal(ends, err)
	}
	if _, err := l.Purge(t.Context(), ann, "too large", ends[0].Blobs["stdout"].SHA256); err != nil {
		t.Fatal(err)
	}
}

func export(t testing.TB, l *ledger.Ledger, blobs bool) ([]byte, ledger.Checkpoint) {
	t.Helper()
	var buf bytes.Buffer
	c, err := l.Export(t.Context(), &buf, blobs)
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes(), c
}

// verified fails the test unless l verifies.
func verified(t testing.TB, l *ledger.Ledger, against *ledger.Checkpoint) ledger.Report {
	t.Helper()
	r, err := l.Verify(t.Context(), ledger.VerifyOptions{Against: against})
	if err != nil || !r.OK() {
		t.Fatalf("%s %v %v", r.Summary(), r.Faults, err)
	}
	return r
}

func kinds(r ledger.Report) map[ledger.FaultKind]bool {
	found := map[ledger.FaultKind]bool{}
	for _, f := range r.Faults {
		found[f.Kind] = true
	}
	return found
}

func tryOpen(t testing.TB, dir string) (*ledger.Ledger, error) {
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		return nil, err
	}
	return ledger.New(store, ledger.Options{Dir: dir, Now: time.Now})
}
