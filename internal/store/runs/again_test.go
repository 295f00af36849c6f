package runs_test

import (
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/store/runs"
)

// A run that waited for approval goes on in its folder, once: by then nothing says any
// more that it waits, so one that is killed shows as interrupted. N4.
func TestAWaitingRunGoesOnOnceInItsFolder(t *testing.T) {
	st := newStore(t)
	s := &interlock.Submission{Name: "fit.py"}
	r := &interlock.Result{ID: runs.NewID(t0), Status: interlock.AwaitingApproval, Started: t0}
	var err error
	if r.Folder, err = st.Create(r.ID); err != nil {
		t.Fatal(err)
	}
	if err := st.Keep(s, r); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Create(r.ID); err == nil {
		t.Fatal("another process took it before it was released")
	}
	if err := st.Seal(s, r); err != nil {
		t.Fatal(err)
	}
	folder, err := st.Create(r.ID)
	if err != nil || folder.Path != r.Folder.Path {
		t.Fatalf("%+v, %v", folder, err)
	}
	if e, result, err := st.Show(r.ID); err != nil || result != nil || e.Status != runs.Running {
		t.Errorf("%+v, %+v, %v", e, result, err)
	}
	st.Release(r.ID)
	if e, _, err := st.Show(r.ID); err != nil || e.Status != runs.Interrupted {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := st.Create(r.ID); err == nil {
		t.Error("an interrupted run goes on a second time")
	}
	done := run(t, st, t0, nil)
	if _, err := st.Create(done.ID); err == nil {
		t.Error("a run that ended goes on")
	}
}
