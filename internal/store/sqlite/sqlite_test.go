package sqlite

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/interlock-run/interlock/internal/approval"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/storetest"
)

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	storetest.Exercise(t, func(t *testing.T, place string) ledger.Store { return open(t, filepath.Join(place, "state")) })
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "state")
	s := open(t, dir)
	one(t, s)
	for name, want := range map[string]os.FileMode{".": 0o700, FileName: 0o600, FileName + "-wal": 0o600, FileName + "-shm": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
	s.Close()
	if err := os.Chmod(filepath.Join(dir, FileName), 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if info, _ := os.Stat(filepath.Join(dir, FileName)); info.Mode().Perm() != 0o600 {
		t.Errorf("a readable file stayed %v", info.Mode())
	}
}

func one(t testing.TB, s *Store) {
	t.Helper()
	err := s.Append(t.Context(), func(h ledger.Head) (ledger.Batch, error) {
		return ledger.Batch{Rows: []ledger.Row{{Seq: h.Seq + 1, Digest: "d", Entry: []byte("{}"), Run: "r", Kind: "start"}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOpenRefuses: a file or folder that must not be used is named, with what to do.
func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
	}{
		"newer schema": {func(t *testing.T, dir string) { exec(t, dir, "PRAGMA user_version = 99") }, "newer Interlock"},
		"another program's file": {func(t *testing.T, dir string) {
			exec(t, dir, "PRAGMA application_id = 7")
		}, "another program"},
		"no database": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, FileName), strings.Repeat("this is no database\n", 100))
		}, "damaged"},
		"folder others can write": {func(t *testing.T, dir string) {
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
		}, "chmod 700"},
		"folder in place of the file": {func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, FileName))
			if err := os.Mkdir(filepath.Join(dir, FileName), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "cannot be opened"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "state")
			open(t, dir).Close()
			c.spoil(t, dir)
			s, err := Open(t.Context(), dir)
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
				t.Errorf("%v: want %q and the path in it", err, c.want)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	for _, old := range []string{"-wal", "-shm"} {
		os.Remove(path + old)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, dir, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

// TestFirstOpeners: many come first at once; they find one ledger.
func TestFirstOpeners(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			s, err := Open(t.Context(), dir)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			ids[i] = s.ID()
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Errorf("ids %q", ids)
		}
	}
}

// TestEntriesStay: this program cannot change or delete an entry by mistake.
func TestEntriesStay(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "state"))
	one(t, s)
	for _, query := range []string{"UPDATE entries SET entry = 'x'", "DELETE FROM entries", "UPDATE entries SET run = 'other'"} {
		if _, err := s.db.Exec(query); err == nil {
			t.Errorf("%s was accepted", query)
		}
	}
}

// TestPurgeOverwrites: the bytes of a purged blob are in no file of the ledger.
func TestPurgeOverwrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	s := open(t, dir)
	secret := strings.Repeat("purge-me-", 2000)
	batch := ledger.Batch{Blobs: []ledger.Blob{{Digest: "aa", Size: int64(len(secret)), Packing: "plain", Data: []byte(secret)}}}
	put := func() {
		if err := s.Append(t.Context(), func(ledger.Head) (ledger.Batch, error) { return batch, nil }); err != nil {
			t.Fatal(err)
		}
	}
	put()
	if !holds(t, dir, "purge-me-") {
		t.Fatal("the blob is in no file: the test looks in the wrong place")
	}
	batch = ledger.Batch{Purge: []string{"aa"}}
	put()
	if holds(t, dir, "purge-me-") {
		t.Error("the blob is still on the disk")
	}
}

func holds(t *testing.T, dir, text string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), text) {
			return true
		}
	}
	return false
}

// TestIndexesAreUsed: a query by run, flow or kind does not read the whole table.
func TestIndexesAreUsed(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "state"))
	for index, sel := range map[string]ledger.Selection{"entries_run": {Run: "r"}, "entries_flow": {Flow: "f", Newest: true}, "entries_kind": {Kinds: []string{"denial"}, Newest: true}} {
		query, args := rowsQuery(sel)
		var a, b, c int
		var plan string
		if err := s.db.QueryRow("EXPLAIN QUERY PLAN "+query, args...).Scan(&a, &b, &c, &plan); err != nil || !strings.Contains(plan, index) {
			t.Errorf("%+v: %q, %v", sel, plan, err)
		}
	}
}

// TestCloseEmptiesTheLog: a log that is kept full makes each opener slower than
// the one before.
func TestCloseEmptiesTheLog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	for range 3 {
		s := open(t, dir)
		one(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(filepath.Join(dir, FileName+"-wal")); err != nil || info.Size() != 0 {
			t.Errorf("the log after Close: %v, %v", info, err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "state")
	open(b, dir).Close()
	for b.Loop() {
		s, err := Open(b.Context(), dir)
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// BenchmarkOneOff is what an `interlock run` without a daemon pays: open, two
// appends, close.
func BenchmarkOneOff(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "state")
	open(b, dir).Close()
	for b.Loop() {
		s, err := Open(b.Context(), dir)
		if err != nil {
			b.Fatal(fmt.Errorf("opening: %w", err))
		}
		one(b, s)
		one(b, s)
		s.Close()
	}
}

// N4: requests change by compare-and-swap, over several processes' connections.
func TestRequests(t *testing.T) {
	storetest.ExerciseRequests(t, func(t *testing.T, place string) (approval.Store, func()) {
		s, err := Open(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		return s, func() { s.Close() }
	})
}
