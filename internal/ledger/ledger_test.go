package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/sqlite"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

// TestAppend: records come back as they went in, in order, with their receipt.
func TestAppend(t *testing.T) {
	dir := stateDir(t)
	l := open(t, dir, nil)
	at := time.Date(2026, 2, 3, 4, 5, 6, 7000, time.FixedZone("", 3600))
	r := interlock.Record{Kind: interlock.RecordDenial, Time: at, Run: "r1", Who: ann, Flow: "f", Task: "t", Step: "s", Parent: "p",
		Policy: "digest", Body: map[string]any{"n": int64(math.MaxInt64), "s": "<é>"}, Blobs: map[string][]byte{"a": []byte("x"), "b": {}}}
	appendAll(t, l, begun("r0")...)
	receipt := appendAll(t, l, r)
	l.Close()

	l = open(t, dir, nil)
	got, err := l.Query(t.Context(), ledger.Filter{Run: "r1"})
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	e := got[0]
	if e.Seq != 4 || receipt != (interlock.Receipt{Seq: 4, Digest: e.Digest}) {
		t.Errorf("entry %d %s, receipt %v", e.Seq, e.Digest, receipt)
	}
	if !e.Time.Equal(at) || e.Time.Location() != time.UTC || e.Who != ann || e.Flow+e.Task+e.Step+e.Parent+e.Policy != "ftspdigest" {
		t.Errorf("got %+v", e)
	}
	if want := `{"n":9223372036854775807,"s":"<é>"}`; string(e.Body) != want {
		t.Errorf("body %s, want %s", e.Body, want)
	}
	for name, want := range map[string]string{"a": "x", "b": ""} {
		if b, err := l.Blob(t.Context(), e.Blobs[name].SHA256); err != nil || string(b) != want || e.Blobs[name].Size != int64(len(want)) {
			t.Errorf("blob %s: %q, %v", name, b, err)
		}
	}
	verified(t, l, nil)
}

// TestAppendRefuses: a record that says too little is refused, with all that
// came with it.
func TestAppendRefuses(t *testing.T) {
	l := open(t, stateDir(t), nil)
	good := record(interlock.RecordDenial, "r", nil)
	for name, bad := range map[string]interlock.Record{
		"unknown kind": {Kind: "puts", Run: "r", Who: ann}, "no kind": {Run: "r", Who: ann}, "no identity": {Kind: interlock.RecordDenial, Run: "r"},
		"no run": {Kind: interlock.RecordEnd, Who: ann}, "body is a list": record(interlock.RecordDenial, "r", []int{1}),
		"body is text": record(interlock.RecordDenial, "r", "x"), "NaN": record(interlock.RecordDenial, "r", map[string]any{"v": math.NaN()}),
		"blob without a name": {Kind: interlock.RecordDenial, Run: "r", Who: ann, Blobs: map[string][]byte{"": nil}},
	} {
		if _, err := l.Append(t.Context(), good, bad); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := l.Append(t.Context()); err == nil {
		t.Error("no records were accepted")
	}
	if r := verified(t, l, nil); r.Entries != 0 {
		t.Errorf("%d entries of refused appends", r.Entries)
	}
	for _, k := range ledger.Kinds() {
		appendAll(t, l, record(k, "r-"+string(k), map[string]any{"blobs": []string{}}))
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := ledger.New(nil, ledger.Options{Dir: "x", Now: time.Now}); err == nil {
		t.Error("no store was accepted")
	}
	if _, err := ledger.New(&sqlite.Store{}, ledger.Options{}); err == nil {
		t.Error("no folder and no clock were accepted")
	}
}

// TestRedaction: P10, secrets are gone before anything is written: from bodies,
// names and blobs, and from every file of the ledger.
func TestRedaction(t *testing.T) {
	r, err := redact.Compile([]string{`(?i)password\s*=\s*\S+`, `hunter\d`})
	if err != nil {
		t.Fatal(err)
	}
	dir := stateDir(t)
	l := open(t, dir, r)
	source := []byte("import x\npassword = 'hunter2'\n" + strings.Repeat("# filler, so that the blob is packed\n", 400))
	rec := record(interlock.RecordSubmission, "r", map[string]any{"args": []string{"--pw", "hunter2"}, "env": map[string]string{"PASSWORD": "s3cret"},
		"hunter3": 1, "source_sha256": interlock.SourceDigest(source)})
	rec.Blobs = map[string][]byte{"source": source, "module:hunter4.py": []byte("x"), "clean": []byte("y")}
	appendAll(t, l, rec)
	got, err := l.Query(t.Context(), ledger.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	e := got[0]
	want := `{"[redacted]":1,"args":["--pw","[redacted]"],"env":{"PASSWORD":"[redacted]"},"source_sha256":"` + interlock.SourceDigest(source) + `"}`
	if string(e.Body) != want || !e.Redacted {
		t.Errorf("body %s, redacted %v, want %s", e.Body, e.Redacted, want)
	}
	b, err := l.Blob(t.Context(), e.Blobs["source"].SHA256)
	if err != nil || !e.Blobs["source"].Redacted || bytes.Contains(b, []byte("hunter2")) || !bytes.Contains(b, []byte("import x\n"+redact.Mark)) {
		t.Errorf("blob %.60q, %v", b, err)
	}
	if ref := e.Blobs["module:"+redact.Mark+".py"]; ref.Size != 1 || ref.Redacted || e.Blobs["clean"].Redacted {
		t.Errorf("blobs %+v", e.Blobs)
	}
	verified(t, l, nil)
	files, _ := filepath.Glob(filepath.Join(dir, "ledger.db*"))
	for _, f := range files {
		if data, err := os.ReadFile(f); err != nil || bytes.Contains(data, []byte("hunter")) || bytes.Contains(data, []byte("s3cret")) {
			t.Errorf("%s holds a secret, %v", f, err)
		}
	}
	l.SetRedactor(nil)
	appendAll(t, l, record(interlock.RecordDenial, "r", map[string]any{"x": "hunter5"}))
	if got, _ := l.Query(t.Context(), ledger.Filter{Kind: interlock.RecordDenial}); string(got[0].Body) != `{"x":"hunter5"}` || got[0].Redacted {
		t.Errorf("without patterns: %s", got[0].Body)
	}
}

// TestConcurrentAppends: group commit mixes callers, never their records, and
// one that is withdrawn leaves nothing.
func TestConcurrentAppends(t *testing.T) {
	l := open(t, stateDir(t), nil)
	const callers, each = 32, 20
	receipts := make([][]interlock.Receipt, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			for range each {
				ctx, cancel := context.WithCancel(t.Context())
				if i%4 == 3 {
					cancel()
				}
				run := "r" + string(rune('A'+i))
				r, err := l.Append(ctx, record(interlock.RecordDenial, run, nil), record(interlock.RecordOverride, run, nil))
				cancel()
				if i%4 == 3 {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("a cancelled append gave %v, %v", r, err)
					}
				} else if err != nil {
					t.Error(err)
				}
				receipts[i] = append(receipts[i], r)
			}
		})
	}
	wg.Wait()
	if r := verified(t, l, nil); r.Entries != callers*3/4*each*2 {
		t.Errorf("%d entries", r.Entries)
	}
	all, err := l.Query(t.Context(), ledger.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range callers {
		for _, r := range receipts[i] {
			if r.Seq == 0 {
				continue
			}
			a, b := all[r.Seq-2], all[r.Seq-1]
			if b.Digest != r.Digest || a.Kind != interlock.RecordDenial || b.Kind != interlock.RecordOverride || a.Run != b.Run {
				t.Fatalf("receipt %v names %s %s after %s %s", r, b.Kind, b.Run, a.Kind, a.Run)
			}
		}
	}
}

// TestCancelWhileWaiting withdraws callers at random moments: each outcome is
// what the ledger holds, and the lead is never lost.
func TestCancelWhileWaiting(t *testing.T) {
	l := open(t, stateDir(t), nil)
	var mu sync.Mutex
	kept := 0
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%40)*100*time.Microsecond)
			defer cancel()
			if _, err := l.Append(ctx, record(interlock.RecordDenial, "r", nil)); err == nil {
				mu.Lock()
				kept++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	appendAll(t, l, record(interlock.RecordDenial, "last", nil))
	if r := verified(t, l, nil); r.Entries != uint64(kept)+1 {
		t.Errorf("%d entries, %d acknowledged", r.Entries, kept+1)
	}
}

func TestPurge(t *testing.T) {
	l := open(t, stateDir(t), nil)
	appendAll(t, l, begun("r")...)
	appendAll(t, l, finished("r"))
	entries, _ := l.Query(t.Context(), ledger.Filter{Run: "r"})
	source := entries[0].Blobs["source"].SHA256
	if _, err := l.Purge(t.Context(), ann, "secret in it", source, strings.Repeat("0", 64)); err == nil {
		t.Error("an unknown digest was purged")
	}
	if _, err := l.Purge(t.Context(), ann, "", source); err == nil {
		t.Error("a purge without a reason was accepted")
	}
	receipt, err := l.Purge(t.Context(), ann, "secret in it", source)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Blob(t.Context(), source); err == nil || !strings.Contains(err.Error(), "purged") {
		t.Errorf("a purged blob: %v", err)
	}
	r := verified(t, l, nil)
	if len(r.BlobsPurged) != 1 || r.BlobsPurged[0] != (ledger.PurgedBlob{SHA256: source, By: receipt.Seq}) {
		t.Errorf("purged: %v", r.BlobsPurged)
	}
	appendAll(t, l, begun("r")[0]) // the same source again: stored again, and wanted again
	if r := verified(t, l, nil); len(r.BlobsPurged) != 0 {
		t.Errorf("purged: %v", r.BlobsPurged)
	}
}
