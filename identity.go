package interlock

import "fmt"

// IdentityKind says how an identity was established.
type IdentityKind string

const (
	// SelfIdentity is the person at the command line, without a daemon: the
	// operator and the requester are the same, and no boundary lies between them.
	SelfIdentity IdentityKind = "self"
	// PeerIdentity was read from the kernel for a unix socket's peer.
	PeerIdentity IdentityKind = "peer_uid"
	// SystemIdentity is Interlock itself, for records nobody asked for.
	SystemIdentity IdentityKind = "system"
)

// Identity is who did something, in every record from the first.
type Identity struct {
	Kind IdentityKind `json:"kind"`
	UID  int          `json:"uid"`
	Name string       `json:"name,omitempty"`
}

// Named is i for a person. The name is the host's, the uid the kernel's.
func (i Identity) Named() string {
	if i.Name != "" {
		return fmt.Sprintf("%s (uid %d)", i.Name, i.UID)
	}
	return fmt.Sprintf("uid %d", i.UID)
}
