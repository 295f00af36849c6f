package daemon

import (
	"fmt"
	"os"
	"os/user"
	"slices"
	"strconv"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// userID is a user of this machine: a uid, or a name that has one.
type userID int

// DecodeYAML implements strictyaml.Decoder.
func (u *userID) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "a user's name, or a uid"
	*u = -1
	if n.Kind == strictyaml.Int {
		if *u = userID(n.Int); n.Int < 0 || n.Int > 1<<32-2 {
			c.Fault(n, fmt.Sprintf("%d is no uid", n.Int), hint)
		}
		return
	}
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	found, err := user.Lookup(n.Text)
	if err != nil {
		c.Fault(n, fmt.Sprintf("there is no user %q on this machine", n.Text), hint)
		return
	}
	if uid, err := strconv.Atoi(found.Uid); err == nil {
		*u = userID(uid)
	}
}

func uids(list []userID) (out []int) {
	for _, u := range list {
		if u >= 0 {
			out = append(out, int(u))
		}
	}
	return out
}

// Serves reports whether the user with that uid is served: the daemon's own, and whom
// the configuration lists.
func (d *Daemon) Serves(uid int) bool {
	s := d.current().config.Server
	return uid == os.Getuid() || s.Socket != "" && (slices.Contains(s.Users, uid) || slices.Contains(s.Approvers, uid))
}

// mayApprove reports why who gives no verdict here. The daemon's own user is the
// operator; whether the requester may is in each request.
func (d *Daemon) mayApprove(who interlock.Identity) error {
	if isOperator(who) || who.Kind == interlock.PeerIdentity && slices.Contains(d.current().config.Server.Approvers, who.UID) {
		return nil
	}
	return &interlock.Error{Kind: interlock.Workflow, Name: "no_approver", Code: interlock.ExitRefused,
		Message: "you are not among those who approve here", Hint: fmt.Sprintf("ask one who is; the operator lists them: `server: {approvers: [%d]}` in config.yml", who.UID)}
}

// ofOthers refuses a submission that would have the daemon read, for another user, what
// that user may not.
func ofOthers(s *interlock.Submission) error {
	var what string
	switch {
	case s.Who.UID == os.Getuid():
		return nil
	case s.Folder != "":
		what = "the script's folder"
	case len(s.Inputs) > 0:
		what = "inputs by path"
	case s.Interpreter != "" || s.Found != "":
		what = "an environment by path"
	default:
		return nil
	}
	return &interlock.Error{Kind: interlock.Configuration, Name: "not_for_others", Code: interlock.ExitUsage,
		Message: "this daemon is another user's, and reads nobody's files for somebody else: " + what + " cannot be named",
		Hint:    "put everything into the script, and pass data on its standard input: `--stdin FILE`"}
}
