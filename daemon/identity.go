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
