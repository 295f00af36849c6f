// Package storetest is what every store of a ledger must do. A store's own
// tests call [Exercise]; the words are those of [ledger.Store].
package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/interlock-run/interlock/internal/ledger"
)

// Exercise runs the suite. open returns an open store on place, the same ledger
// each time it is called with the same place; the suite closes it.
func Exercise(t *testing.T, open func(t *testing.T, place string) ledger.Store) {
	for name, test := range map[string]func(t *testing.T, open func() ledger.Store){
		"empty": empty, "append": appended, "build fails": buildFails, "selection": selection, "blobs": blobs,
		"snapshot": snapshots, "several writers": writers, "closed": closed, "large": large,
	} {
		t.Run(name, func(t *testing.T) {
			place := t.TempDir()
			test(t, func() ledger.Store { return open(t, place) })
		})
	}
}

func row(seq uint64) ledger.Row {
	return ledger.Row{Seq: seq, Digest: fmt.Sprintf("digest%d", seq), Entry: fmt.Appendf(nil, `{"seq":%d}`, seq), At: int64(seq) * 10,
		Kind: []string{"start", "end"}[seq%2], Run: fmt.Sprintf("run%d", seq/2), Flow: "f", Who: "self:1", Name: "ann"}
}

// put appends n rows behind the head.
func put(t *testing.T, s ledger.Store, n int, blobs ...ledger.Blob) {
	t.Helper()
	err := s.Append(t.Context(), func(h ledger.Head) (b ledger.Batch, err error) {
		for i := range n {
			b.Rows = append(b.Rows, row(h.Seq+uint64(i)+1))
		}
		b.Blobs = blobs
		return b, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s ledger.Store) ledger.Snapshot {
	t.Helper()
	v, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() }) // after the store, which may have ended it
	return v
}

func all[T any](t *testing.T, seq iter.Seq2[T, error]) (items []T) {
	t.Helper()
	for item, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, item)
	}
	return items
}

func seqs(t *testing.T, s ledger.Store, sel ledger.Selection) (found []uint64) {
	t.Helper()
	v := view(t, s)
	defer v.Close()
	for _, r := range all(t, v.Rows(t.Context(), sel)) {
		found = append(found, r.Seq)
	}
	return found
}

func empty(t *testing.T, open func() ledger.Store) {
	s := open()
	defer s.Close()
	h, err := view(t, s).Head(t.Context())
	if err != nil || h != (ledger.Head{}) {
		t.Errorf("head of an empty store: %v, %v", h, err)
	}
	if got := seqs(t, s, ledger.Selection{}); got != nil {
		t.Errorf("rows of an empty store: %v", got)
	}
	if len(s.ID()) != 32 || strings.Trim(s.ID(), "0123456789abcdef") != "" {
		t.Errorf("id %q", s.ID())
	}
}

func appended(t *testing.T, open func() ledger.Store) {
	s := open()
	id := s.ID()
	put(t, s, 2)
	put(t, s, 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer s.Close()
	v := view(t, s)
	want := []ledger.Row{row(1), row(2), row(3)}
	if d := cmp.Diff(want, all(t, v.Rows(t.Context(), ledger.Selection{}))); d != "" {
		t.Error(d)
	}
	if h, err := v.Head(t.Context()); err != nil || h.Seq != 3 || h.Digest != "digest3" {
		t.Errorf("head %v, %v", h, err)
	}
	if s.ID() != id {
		t.Errorf("id %s became %s", id, s.ID())
	}
}

func buildFails(t *testing.T, open func() ledger.Store) {
	s := open()
	defer s.Close()
	put(t, s, 1)
	refused := errors.New("refused")
	if err := s.Append(t.Context(), func(ledger.Head) (ledger.Batch, error) { return ledger.Batch{}, refused }); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	// A number that is taken: all of the batch is refused.
	err := s.Append(t.Context(), func(ledger.Head) (ledger.Batch, error) {
		return ledger.Batch{Rows: []ledger.Row{row(2), row(1)}, Blobs: []ledger.Blob{{Digest: "d", Packing: "plain"}}}, nil
	})
	if err == nil {
		t.Error("a number was given twice")
	}
	v := view(t, s)
	if got := seqs(t, s, ledger.Selection{}); !slices.Equal(got, []uint64{1}) || len(all(t, v.Blobs(t.Context()))) != 0 {
		t.Errorf("something of a refused batch is visible: %v", got)
	}
	put(t, s, 1)
}

func selection(t *testing.T, open func() ledger.Store) {
	s := open()
	defer s.Close()
	put(t, s, 6)
	for name, c := range map[string]struct {
		sel  ledger.Selection
		want []uint64
	}{
		"all": {ledger.Selection{}, []uint64{1, 2, 3, 4, 5, 6}}, "newest": {ledger.Selection{Newest: true}, []uint64{6, 5, 4, 3, 2, 1}},
		"kind": {ledger.Selection{Kinds: []string{"start"}}, []uint64{2, 4, 6}}, "kinds": {ledger.Selection{Kinds: []string{"start", "end"}}, []uint64{1, 2, 3, 4, 5, 6}},
		"run": {ledger.Selection{Run: "run2"}, []uint64{4, 5}}, "no such run": {ledger.Selection{Run: "run"}, nil},
		"run and kind": {ledger.Selection{Run: "run2", Kinds: []string{"end"}}, []uint64{5}}, "flow": {ledger.Selection{Flow: "f", Run: "run3"}, []uint64{6}},
		"who": {ledger.Selection{Who: "self:1", Since: 50}, []uint64{5, 6}}, "name": {ledger.Selection{Who: "ann", Until: 20}, []uint64{1}},
		"time": {ledger.Selection{Since: 20, Until: 40}, []uint64{2, 3}}, "quotes": {ledger.Selection{Run: "' OR 1=1 --"}, nil},
	} {
		if got := seqs(t, s, c.sel); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func blobs(t *testing.T, open func() ledger.Store) {
	s := open()
	defer s.Close()
	a, b := ledger.Blob{Digest: "aa", Size: 3, Packing: "plain", Data: []byte("abc")}, ledger.Blob{Digest: "bb", Packing: "plain", Data: []byte{}}
	put(t, s, 1, b, a)
	put(t, s, 1, ledger.Blob{Digest: "aa", Size: 9, Packing: "other", Data: []byte("later")})
	v := view(t, s)
	if d := cmp.Diff([]ledger.Blob{a, b}, all(t, v.Blobs(t.Context())), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("a stored blob must stay as it is: %s", d)
	}
	if _, ok, err := v.Blob(t.Context(), "cc"); ok || err != nil {
		t.Errorf("blob cc: %v, %v", ok, err)
	}
	if err := v.Close(); err != nil {
		t.Errorf("closing a snapshot: %v", err)
	}
	err := s.Append(t.Context(), func(h ledger.Head) (ledger.Batch, error) {
		return ledger.Batch{Rows: []ledger.Row{row(h.Seq + 1)}, Purge: []string{"aa", "none"}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok, err := view(t, s).Blob(t.Context(), "bb"); !ok || err != nil || len(got.Data) != 0 {
		t.Errorf("blob bb: %v, %v, %v", got, ok, err)
	}
	if _, ok, err := view(t, s).Blob(t.Context(), "aa"); ok || err != nil {
		t.Errorf("blob aa after its purge: %v, %v", ok, err)
	}
}

func snapshots(t *testing.T, open func() ledger.Store) {
	s := open()
	defer s.Close()
	put(t, s, 2)
	v := view(t, s)
	put(t, s, 1)
	if h, err := v.Head(t.Context()); err != nil || h.Seq != 2 {
		t.Errorf("a snapshot changed: %v, %v", h, err)
	}
	if got := len(all(t, v.Rows(t.Context(), ledger.Selection{}))); got != 2 {
		t.Errorf("%d rows in a snapshot of 2", got)
	}
	for _, err := range v.Rows(t.Context(), ledger.Selection{}) {
		if err != nil {
			t.Error(err)
		}
		break // leaving early must free what the iteration holds
	}
	if h, err := v.Head(t.Context()); err != nil || h.Seq != 2 {
		t.Errorf("after leaving an iteration: %v, %v", h, err)
	}
}

func writers(t *testing.T, open func() ledger.Store) {
	const each, appends = 4, 25
	var wg sync.WaitGroup
	for range each {
		s := open()
		defer s.Close()
		wg.Go(func() {
			for range appends {
				put(t, s, 2)
			}
		})
	}
	wg.Wait()
	s := open()
	defer s.Close()
	got := seqs(t, s, ledger.Selection{})
	if len(got) != each*appends*2 || got[len(got)-1] != each*appends*2 {
		t.Errorf("%d rows, want %d", len(got), each*appends*2)
	}
}

func closed(t *testing.T, open func() ledger.Store) {
	s := open()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Append(context.Background(), func(ledger.Head) (ledger.Batch, error) { return ledger.Batch{}, nil })
	if err == nil {
		t.Error("a closed store took an append")
	}
}

func large(t *testing.T, open func() ledger.Store) {
	s := open()
	defer s.Close()
	data := make([]byte, 12<<20)
	put(t, s, 1, ledger.Blob{Digest: "aa", Size: int64(len(data)), Packing: "plain", Data: data})
	if b, ok, err := view(t, s).Blob(t.Context(), "aa"); !ok || err != nil || len(b.Data) != len(data) {
		t.Errorf("%d bytes, %v, %v", len(b.Data), ok, err)
	}
}
