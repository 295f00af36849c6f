package daemon

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// The daemon reads nobody's files for another user, whoever asks for it and how; its own
// user's it reads. X9.
func TestOthersNamePathsInVain(t *testing.T) {
	d, _, _ := serving(t, "", "")
	other := Peer(os.Getuid() + 1)
	for name, s := range map[string]*interlock.Submission{
		"folder": {Folder: "/"}, "input": {Inputs: []string{"/etc/hostname"}}, "environment": {Interpreter: "/usr/bin/python3"}, "found": {Found: "/usr"},
	} {
		s.Name, s.Source, s.Who = "a.py", []byte("1"), other
		_, err := d.Admit(s)
		if e := (*interlock.Error)(nil); !errors.As(err, &e) || e.Name != "not_for_others" {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, err := d.Admit(&interlock.Submission{Name: "a.py", Source: []byte("1"), Folder: t.TempDir(), Who: Peer(os.Getuid())})
	if err != nil {
		t.Fatal(err)
	}
	a.Cancel(interlock.Interrupted)
	a.Do(interlock.Streams{}, nil)
}

// Who is served and who approves is what the configuration lists, from the next look on;
// without a socket for others that is nobody else. X9.
func TestWhoIsServedAndApproves(t *testing.T) {
	own, ann, bob := os.Getuid(), os.Getuid()+1, os.Getuid()+2
	lists := fmt.Sprintf("users: [%d], approvers: [%d]}", ann, bob)
	alone, _, _ := serving(t, "server: {"+lists, "")
	d, _, _ := serving(t, "server: {socket: /nowhere/socket, "+lists, "")
	for uid, want := range map[int]struct{ served, approves bool }{own: {true, true}, ann: {true, false}, bob: {true, true}, bob + 1: {}} {
		if got := d.Serves(uid); got != want.served {
			t.Errorf("%d is served: %v", uid, got)
		}
		if err := d.mayApprove(Peer(uid)); (err == nil) != want.approves {
			t.Errorf("%d approves: %v", uid, err)
		}
		if got := alone.Serves(uid); got != (uid == own) {
			t.Errorf("without a socket %d is served: %v", uid, got)
		}
	}
	if err := d.mayApprove(interlock.Identity{Kind: "token", UID: bob}); err == nil {
		t.Error("an identity of another kind passes for a uid")
	}
	if _, err := d.Verdict(t.Context(), Peer(ann), "x", &apiv1.GiveVerdict{Verdict: "approve"}); err == nil {
		t.Error("nothing was approved")
	}
}
