package confine

import "golang.org/x/sys/unix"

// Rights by Landlock ABI: linux/landlock.h, "Filesystem flags".
const (
	llExec     = unix.LANDLOCK_ACCESS_FS_EXECUTE
	llRead     = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	llWrite    = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | llRemake
	llRefer    = unix.LANDLOCK_ACCESS_FS_REFER     // ABI 2
	llTruncate = unix.LANDLOCK_ACCESS_FS_TRUNCATE  // ABI 3
	llIoctl    = unix.LANDLOCK_ACCESS_FS_IOCTL_DEV // ABI 5
	llDevices  = unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK
	llRemake   = unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SYM |
		unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_SOCK
	llOnFile = llExec | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | llTruncate | llIoctl
)

// handled are the rights that a ruleset of this ABI denies unless a rule
// permits them. Nothing permits device nodes or device control.
func handled(abi int) uint64 {
	rights := uint64(llExec | llRead | llWrite | llDevices)
	for since, right := range map[int]uint64{2: llRefer, 3: llTruncate, 5: llIoctl} {
		if abi >= since {
			rights |= right
		}
	}
	return rights
}

func (a Access) rights(abi int, file bool) uint64 {
	var r uint64
	if a&AccessRead != 0 {
		r |= llRead
	}
	if a&AccessWrite != 0 {
		r |= llWrite | llRefer | llTruncate
	}
	if a&AccessExec != 0 {
		r |= llExec
	}
	if file {
		r &= llOnFile
	}
	return r & handled(abi)
}

type rulesetAttr struct {
	fs, net, scoped uint64
}

// landlockRules makes the ruleset. Its rules name files as they are reached at
// this point, so it comes last in building the root.
func (b *builder) landlockRules() {
	if len(b.plan.Rules) == 0 {
		return
	}
	attr := &rulesetAttr{fs: handled(b.plan.abi)}
	size := uintptr(8)
	if b.plan.abi >= 4 {
		size = 16
	}
	if b.plan.NetRules {
		attr.net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if b.plan.Scoped {
		size = 24
		attr.scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	b.ruleset = b.slot()
	b.add("creating a Landlock ruleset", unix.SYS_LANDLOCK_CREATE_RULESET, ptr(&b.program, attr), size, 0).save = b.ruleset
	// Not among the numbers that python's descriptors are placed at.
	keep := b.add("keeping the Landlock ruleset", unix.SYS_FCNTL, 0, unix.F_DUPFD_CLOEXEC, lowFD)
	keep.from[0], keep.save = b.ruleset, b.ruleset
	dir := b.slot()
	for _, r := range b.plan.Rules {
		rule := &unix.LandlockPathBeneathAttr{Allowed_access: r.Access.rights(b.plan.abi, r.File), Parent_fd: int32(b.fds.named[0])}
		b.open(r.Path, r.Path, unix.O_PATH, dir)
		b.name(r.Path, dir, b.fds.named[0])
		b.add("permitting "+r.Path, unix.SYS_LANDLOCK_ADD_RULE, 0, unix.LANDLOCK_RULE_PATH_BENEATH, ptr(&b.program, rule), 0).from[0] = b.ruleset
	}
}
