package ledger_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/sqlite"
)

// TestTamperedStore: N9, what someone changes in the database file is found and
// named, and a query answers with an error rather than with a changed entry.
func TestTamperedStore(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want ledger.FaultKind
		seq  uint64
	}{
		"entry changed":            {"UPDATE entries SET entry = CAST(replace(CAST(entry AS TEXT), 'read_only', 'write_access') AS BLOB) WHERE seq = 2", ledger.Changed, 2},
		"entry and digest changed": {"UPDATE entries SET digest = '00' WHERE seq = 2", ledger.Changed, 2},
		"entry emptied":            {"UPDATE entries SET entry = x'' WHERE seq = 5", ledger.Changed, 5},
		"run column":               {"UPDATE entries SET run = 'other' WHERE seq = 3", ledger.Changed, 3},
		"time column":              {"UPDATE entries SET at = at + 1 WHERE seq = 3", ledger.Changed, 3},
		"who column":               {"UPDATE entries SET who = 'self:0' WHERE seq = 3", ledger.Changed, 3},
		"kind column":              {"UPDATE entries SET kind = 'end' WHERE seq = 3", ledger.Changed, 3},
		"flow column":              {"UPDATE entries SET flow = '' WHERE seq = 3", ledger.Changed, 3},
		"name column":              {"UPDATE entries SET name = 'bob' WHERE seq = 3", ledger.Changed, 3},
		"entry deleted":            {"DELETE FROM entries WHERE seq = 4", ledger.Missing, 4},
		"first deleted":            {"DELETE FROM entries WHERE seq = 1", ledger.Missing, 1},
		"tail deleted":             {"DELETE FROM entries WHERE seq > 9", ledger.CutTail, 13},
		"entries swapped":          {"UPDATE entries SET seq = 100 WHERE seq = 4; UPDATE entries SET seq = 4 WHERE seq = 5; UPDATE entries SET seq = 5 WHERE seq = 100", ledger.Reordered, 5},
		"entry copied":             {"INSERT INTO entries SELECT 14, digest, entry, at, kind, run, flow, who, name FROM entries WHERE seq = 3", ledger.Reordered, 3},
		"blob changed":             {"UPDATE blobs SET data = x'00'", ledger.BadBlob, 0},
		"blob's size":              {"UPDATE blobs SET size = size + 1", ledger.BadBlob, 0},
		"blob's packing":           {"UPDATE blobs SET packing = 'zip'", ledger.BadBlob, 0},
		"blob deleted":             {"DELETE FROM blobs", ledger.MissingBlob, 0},
		"blob added":               {"INSERT INTO blobs SELECT 'cd', size, packing, data FROM blobs LIMIT 1", ledger.BadBlob, 0},
		"blob nobody names":        {"INSERT INTO blobs VALUES ('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', 1, 'plain', x'78')", ledger.Inserted, 0},
		"a run that its index lacks": {"CREATE TABLE kept AS SELECT sql FROM sqlite_schema WHERE name = 'entries_run'; DROP INDEX entries_run; CREATE INDEX entries_run ON entries (run) WHERE run <> '' AND seq <> 3; " +
			"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = (SELECT sql FROM kept) WHERE name = 'entries_run'; DROP TABLE kept", ledger.Misleading, 0},
		"an index of less":     {"DROP INDEX entries_kind; CREATE INDEX entries_kind ON entries (kind) WHERE seq <> 3", ledger.Misleading, 0},
		"a trigger that loses": {"CREATE TRIGGER lose BEFORE INSERT ON entries WHEN NEW.run = 'x' BEGIN SELECT RAISE(IGNORE); END", ledger.Misleading, 0},
		"a view instead":       {"ALTER TABLE entries RENAME TO others; CREATE VIEW entries AS SELECT * FROM others", ledger.Misleading, 0},
		"other id":             {"UPDATE ledger SET id = '00000000000000000000000000000000'", ledger.OtherLedger, 13},
	} {
		t.Run(name, func(t *testing.T) {
			dir := stateDir(t)
			l := open(t, dir, nil)
			sample(t, l, 2)
			checkpoint, err := l.Checkpoint(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			verified(t, l, &checkpoint)
			l.Close()
			tamper(t, dir, c.sql)
			l = open(t, dir, nil)
			r, err := l.Verify(t.Context(), ledger.VerifyOptions{Against: &checkpoint})
			if err != nil || r.OK() {
				t.Fatalf("not found: %v %v", r, err)
			}
			found := false
			for _, f := range r.Faults {
				found = found || f.Kind == c.want && (c.seq == 0 || f.Seq == c.seq)
			}
			if !found {
				t.Errorf("faults %v, want %s at %d", r.Faults, c.want, c.seq)
			}
			if strings.HasPrefix(name, "entry changed") {
				if got, err := l.Query(t.Context(), ledger.Filter{Run: "run0"}); err == nil || !strings.Contains(err.Error(), "ledger verify") {
					t.Errorf("a query answered %v, %v", got, err)
				}
			}
		})
	}
}

// tamper changes the file as its owner could.
func tamper(t *testing.T, dir, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("DROP TRIGGER entries_keep; DROP TRIGGER entries_stay; " + query); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedExportReachesTheReader: an export of a tampered store verifies no
// better than the store.
func TestDamagedExportReachesTheReader(t *testing.T) {
	dir := stateDir(t)
	l := open(t, dir, nil)
	sample(t, l, 2)
	l.Close()
	tamper(t, dir, "UPDATE blobs SET data = x'00'; UPDATE entries SET entry = CAST(replace(CAST(entry AS TEXT), 'read_only', 'write_access') AS BLOB) WHERE seq = 2")
	data, _ := export(t, open(t, dir, nil), true)
	r, err := verifyExport(t, data, ledger.VerifyOptions{})
	if err != nil || !kinds(r)[ledger.BadBlob] || !kinds(r)[ledger.Changed] {
		t.Errorf("%v %v", r.Faults, err)
	}
}

// TestCheckpointText: parse, print, parse is the identity; what is no
// checkpoint, or another's, is said to be so.
func TestCheckpointText(t *testing.T) {
	dir := stateDir(t)
	l := open(t, dir, nil)
	sample(t, l, 1)
	c, err := l.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{c.String(), "\n  " + strings.ReplaceAll(c.String(), "\n", "  \r\n\t") + "\n"} {
		got, err := ledger.ParseCheckpoint(text)
		if err != nil || got.String() != c.String() || !got.Genuine() {
			t.Errorf("%q gave %v, %v", text, got, err)
		}
		verified(t, l, &got)
	}
	lines := strings.Split(c.String(), "\n")
	for i := range lines[:7] {
		for what, line := range map[string]string{"dropped": "", "garbled": "x" + lines[i], "longer": lines[i] + "0"} {
			changed := append(append(append([]string{}, lines[:i]...), line), lines[i+1:]...)
			got, err := ledger.ParseCheckpoint(strings.Join(changed, "\n"))
			if err != nil {
				continue
			}
			r, err := l.Verify(t.Context(), ledger.VerifyOptions{Against: &got})
			if err != nil || !kinds(r)[ledger.BadSignature] {
				t.Errorf("line %d %s: %v %v", i+1, what, r.Faults, err)
			}
		}
	}
	var later interlock.Receipt
	for range 3 {
		later = appendAll(t, l, record(interlock.RecordDenial, "r", nil))
	}
	verified(t, l, &c)
	c2, err := l.Checkpoint(t.Context())
	if err != nil || c2.Seq != later.Seq || c2.Digest != later.Digest || ledger.Fingerprint(c2.PublicKey) != ledger.Fingerprint(c.PublicKey) {
		t.Errorf("a later checkpoint: %v, %v", c2, err)
	}
	stranger := open(t, stateDir(t), nil)
	sample(t, stranger, 2)
	if r, err := stranger.Verify(t.Context(), ledger.VerifyOptions{Against: &c}); err != nil || !kinds(r)[ledger.OtherLedger] {
		t.Errorf("another ledger's checkpoint: %v %v", r.Faults, err)
	}
	if r, err := l.Verify(t.Context(), ledger.VerifyOptions{Against: &c, Key: "SHA256:x"}); err != nil || !kinds(r)[ledger.BadSignature] {
		t.Errorf("another key: %v %v", r.Faults, err)
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add(ledger.Checkpoint{LedgerID: strings.Repeat("ab", 16), Seq: 1, Digest: strings.Repeat("0f", 32), PublicKey: make([]byte, 32), Signature: make([]byte, 64)}.String())
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ledger.ParseCheckpoint(text)
		if err != nil {
			return
		}
		again, err := ledger.ParseCheckpoint(c.String())
		if err != nil || again.String() != c.String() {
			t.Fatalf("%q: %v, then %v, %v", text, c, again, err)
		}
		c.Genuine() // must not panic on keys and signatures of any length
	})
}

// FuzzOpenExport: no bytes make verification panic, hang, or call a ledger
// right that is not the one exported.
func FuzzOpenExport(f *testing.F) {
	l := open(f, stateDir(f), nil)
	sample(f, l, 1)
	whole, _ := export(f, l, true)
	f.Add(whole)
	f.Add([]byte("{\"blobs\":true,\"format\":\"interlock ledger export v1\",\"ledger\":\"" + l.ID() + "\"}\n{\"digest\":\"\",\"entry\":{}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := verifyExport(t, data, ledger.VerifyOptions{})
		if err == nil && r.OK() && r.Ledger == l.ID() && r.Entries > 0 && r.BlobsNotHere == 0 && string(data) != string(whole) {
			t.Fatalf("verified: %q", data)
		}
	})
}

// TestUnreadable: reading that breaks off is a fault, and the zero Report is not OK.
func TestUnreadable(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 1)
	data, _ := export(t, l, true)
	src, err := ledger.OpenExport(&breaking{data: data[:len(data)/2]})
	if err != nil {
		t.Fatal(err)
	}
	r, err := ledger.Verify(t.Context(), src, ledger.VerifyOptions{})
	if err != nil || !kinds(r)[ledger.Unreadable] {
		t.Errorf("%v %v", r.Faults, err)
	}
	if (&ledger.Report{}).OK() {
		t.Error("the zero report is OK")
	}
	for _, head := range []string{"", "x", "{}", `{"blobs":true,"format":"interlock ledger export v2","ledger":"00000000000000000000000000000000"}`} {
		if _, err := ledger.OpenExport(strings.NewReader(head + "\n")); err == nil || !strings.Contains(err.Error(), "no ledger export") {
			t.Errorf("%q: %v", head, err)
		}
	}
}

type breaking struct{ data []byte }

func (b *breaking) Read(p []byte) (int, error) {
	if len(b.data) == 0 {
		return 0, errors.New("the tape broke")
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}

func ExampleFault_String() {
	fmt.Println(ledger.Fault{Seq: 7, Kind: ledger.Missing, Detail: "it is not here"})
	// Output: entry 7 missing: it is not here
}
