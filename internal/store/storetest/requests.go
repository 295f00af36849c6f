package storetest

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/interlock-run/interlock/internal/approval"
)

// ExerciseRequests runs the suite of a store of requests, as Exercise does that of a
// ledger. open returns an open store on place; the suite closes it with done.
func ExerciseRequests(t *testing.T, open func(t *testing.T, place string) (s approval.Store, done func())) {
	place := t.TempDir()
	one, close1 := open(t, place)
	two, close2 := open(t, place)
	defer close2()
	ctx := t.Context()
	if _, ok, err := one.Request(ctx, "a"); ok || err != nil {
		t.Fatalf("nothing: %v, %v", ok, err)
	}
	for _, id := range []string{"a", "b"} {
		if err := one.AddRequest(ctx, id, []byte(id+"1")); err != nil {
			t.Fatal(err)
		}
	}
	if err := two.AddRequest(ctx, "a", []byte("other")); err == nil {
		t.Error("an id was added twice")
	}
	if ids, err := two.RequestIDs(ctx); err != nil || !slices.Equal(ids, []string{"b", "a"}) {
		t.Errorf("%v, %v", ids, err)
	}
	k, ok, err := two.Request(ctx, "a")
	if err != nil || !ok || string(k.Body) != "a1" || k.ID != "a" {
		t.Fatalf("%+v, %v, %v", k, ok, err)
	}
	swapOnce(t, []approval.Store{one, two}, k)
	if dropped, err := one.DropRequest(ctx, "a", k.Version); dropped || err != nil {
		t.Errorf("an old version was dropped: %v, %v", dropped, err)
	}
	k, _, err = one.Request(ctx, "a")
	if dropped, err2 := one.DropRequest(ctx, "a", k.Version); !dropped || err != nil || err2 != nil {
		t.Errorf("%v, %v, %v", dropped, err, err2)
	}
	close1()
	if err := one.AddRequest(ctx, "c", nil); err == nil {
		t.Error("a closed store takes requests")
	}
	if ids, err := two.RequestIDs(ctx); err != nil || !slices.Equal(ids, []string{"b"}) {
		t.Errorf("%v, %v", ids, err)
	}
}

// swapOnce: of many that swap the same version over several stores, one does.
func swapOnce(t *testing.T, stores []approval.Store, k approval.Kept) {
	t.Helper()
	var won atomic.Int32
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			swapped, err := stores[i%len(stores)].SwapRequest(t.Context(), k.ID, k.Version, []byte("a2"))
			if err != nil {
				t.Error(err)
			}
			if swapped {
				won.Add(1)
			}
		})
	}
	group.Wait()
	after, _, err := stores[0].Request(t.Context(), k.ID)
	if won.Load() != 1 || err != nil || string(after.Body) != "a2" || after.Version == k.Version {
		t.Errorf("%d swapped: %+v, %v", won.Load(), after, err)
	}
}
