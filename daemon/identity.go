package daemon

import (
	"os"
	"os/user"

	"github.com/interlock-run/interlock"
)

// Self is the person at the command line of this machine. The name is for
// reading; the uid is what the kernel says.
func Self() interlock.Identity {
	who := interlock.Identity{Kind: interlock.SelfIdentity, UID: os.Getuid()}
	if u, err := user.Current(); err == nil {
		who.Name = u.Username
	}
	return who
}

// Peer is a process of this machine at the other end of a unix socket, by the
// uid that the kernel gives.
func Peer(uid int) interlock.Identity {
	who := interlock.Identity{Kind: interlock.PeerIdentity, UID: uid}
	if uid == os.Getuid() {
		who.Name = Self().Name
	}
	return who
}

// isOperator: in the personal shape the user whose policy and state these are.
func isOperator(who interlock.Identity) bool {
	return who == Self() || who == Peer(os.Getuid())
}
