package confine

import (
	"encoding/binary"
	"path"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// descriptors are the supervisor's ends that the children inherit; all are above
// lowFD, so that placing 0 to 3 overwrites none.
type descriptors struct {
	goRead, goWrite, report, upper int // upper: a socket that takes the workspace's descriptor
	stdin, stdout, stderr, control int
	// named are numbers that are taken, so that no new descriptor gets one by itself:
	// see builder.name.
	named [2]int
	// trees are mounts that the supervisor prepared, by target.
	trees map[string]int
}

// builder turns a plan into the two lists of calls.
type builder struct {
	plan *Plan
	fds  descriptors
	warm bool // the program is for a zygote's child
	program
	made    map[string]bool // folders of the new root that exist
	proc    uint8           // slot of the host's /proc, for the nested user namespace
	ruleset uint8
}

// cstr and friends shorten the lists below.
const (
	atEmpty   = unix.AT_EMPTY_PATH
	atCwd     = ^uintptr(99) // AT_FDCWD, -100
	cloneTree = unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC | unix.AT_RECURSIVE
)

// initProgram is what process 1 does before it forks python.
func (b *builder) initProgram() {
	b.add("closing the supervisor's end", unix.SYS_CLOSE, uintptr(b.fds.goWrite))
	b.add("closing the supervisor's descriptors", unix.SYS_CLOSE_RANGE, 3, lowFD-1, 0)
	b.add("asking to die with the supervisor", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	b.add("waiting for the supervisor", unix.SYS_READ, uintptr(b.fds.goRead), b.data(make([]byte, 1)), 1)
	if b.plan.Level == interlock.Namespaces {
		b.enterRoot()
	} else {
		b.landlockRules()
		b.become()
		b.add("becoming the reaper of orphans", unix.SYS_PRCTL, unix.PR_SET_CHILD_SUBREAPER, 1)
	}
	b.add("asking again to die with the supervisor", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	b.add("closing memory to others", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0)
}

// enterRoot builds the run's root and moves into it. Everything of the host is
// picked up by descriptor first, under the supervisor's identity; from the pivot
// on no path leads back to the host.
func (b *builder) enterRoot() {
	b.proc = b.slot()
	b.open("the host's /proc", "/proc", unix.O_PATH|unix.O_DIRECTORY, b.proc)
	trees := make([]uint8, len(b.plan.Mounts))
	for i, m := range b.plan.Mounts {
		trees[i] = b.pickUp(m)
	}
	b.add("making mounts private", unix.SYS_MOUNT, b.str("none"), b.str("/"), 0, unix.MS_REC|unix.MS_PRIVATE, 0)
	b.become()
	b.add("mounting the new root", unix.SYS_MOUNT, b.str("tmpfs"), b.str("/tmp"), b.str("tmpfs"),
		unix.MS_NOSUID|unix.MS_NODEV, b.str("size=32m,nr_inodes=4096,mode=755"))
	b.add("entering the new root", unix.SYS_CHDIR, b.str("/tmp"))
	b.add("pivoting to the new root", unix.SYS_PIVOT_ROOT, b.str("."), b.str("."))
	b.add("leaving the host's root", unix.SYS_UMOUNT2, b.str("."), unix.MNT_DETACH)
	b.add("entering /", unix.SYS_CHDIR, b.str("/"))
	b.made = map[string]bool{"/": true}
	for i, m := range b.plan.Mounts {
		b.place(m, trees[i])
	}
	b.loopback()
	b.network()
	b.handOverWorkspace()
	b.add("making the root read-only", unix.SYS_MOUNT_SETATTR, atCwd, b.str("/"), 0,
		ptr(&b.program, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}), 32)
	b.add("naming the host", unix.SYS_SETHOSTNAME, b.str("interlock"), uintptr(len("interlock")))
	b.landlockRules()
}

func (b *builder) open(what, name string, flags uintptr, slot uint8) *step {
	s := b.add("opening "+what, unix.SYS_OPENAT, atCwd, b.str(name), flags|unix.O_CLOEXEC, 0)
	s.save = slot
	return s
}

// pickUp makes a detached copy of what m shows of the host, with its final
// flags, and returns its slot; 0 where m takes nothing from the host.
func (b *builder) pickUp(m Mount) uint8 {
	if m.Kind == MountProc {
		return b.freshProc()
	}
	if !m.fromHost() {
		return 0
	}
	tree := b.slot()
	if fd, ok := b.fds.trees[m.Target]; ok {
		b.add("taking "+m.Source, unix.SYS_FCNTL, uintptr(fd), unix.F_DUPFD_CLOEXEC, lowFD).save = tree
		return tree
	}
	b.add("opening "+m.Source, unix.SYS_OPEN_TREE, atCwd, b.str(m.Source), cloneTree).save = tree
	attr := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV, Propagation: unix.MS_PRIVATE}
	if m.Device {
		attr.Attr_set = unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NOEXEC
	}
	if !m.Writable || m.Kind == MountOverlay {
		attr.Attr_set |= unix.MOUNT_ATTR_RDONLY
	}
	b.add("restricting "+m.Source, unix.SYS_MOUNT_SETATTR, 0, b.str(""), atEmpty|unix.AT_RECURSIVE,
		ptr(&b.program, attr), 32).from[0] = tree
	return tree
}

// freshProc makes a /proc of the run's process namespace. It must happen while
// the host's is still visible: the kernel asks for that.
func (b *builder) freshProc() uint8 {
	fs, tree := b.slot(), b.slot()
	b.add("opening a new /proc", unix.SYS_FSOPEN, b.str("proc"), unix.FSOPEN_CLOEXEC).save = fs
	b.add("creating a new /proc", unix.SYS_FSCONFIG, 0, unix.FSCONFIG_CMD_CREATE, 0, 0, 0).from[0] = fs
	s := b.add("mounting a new /proc", unix.SYS_FSMOUNT, 0, unix.FSMOUNT_CLOEXEC,
		unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC)
	s.from[0], s.save = fs, tree
	return tree
}

func (b *builder) move(what string, tree uint8, target string) {
	b.add("placing "+what, unix.SYS_MOVE_MOUNT, 0, b.str(""), atCwd, b.str(target), unix.MOVE_MOUNT_F_EMPTY_PATH).from[0] = tree
	b.add("closing "+what, unix.SYS_CLOSE, 0).from[0] = tree
}

// place puts one mount at its target in the new root.
func (b *builder) place(m Mount, tree uint8) {
	b.folders(path.Dir(m.Target), 0o755)
	switch m.Kind {
	case MountLink:
		b.add("linking "+m.Target, unix.SYS_SYMLINKAT, b.str(m.Source), atCwd, b.str(m.Target))
	case MountHide:
		b.add("hiding "+m.Target, unix.SYS_MKNODAT, atCwd, b.str(m.Target), unix.S_IFCHR, 0)
	case MountFile:
		b.write(m)
	case MountProc:
		b.folders(m.Target, 0o555)
		b.move(m.Target, tree, m.Target)
		b.sealSys()
	case MountTmpfs:
		b.folders(m.Target, 0o700)
		b.add("mounting "+m.Target, unix.SYS_MOUNT, b.str("tmpfs"), b.str(m.Target), b.str("tmpfs"),
			unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, b.str(m.Data))
		if m.Target == stage {
			b.stageFolders()
		}
	case MountOverlay:
		b.folders(m.Target, 0o755)
		b.move("the script's folder", tree, stage+"/lower")
		b.add("mounting "+m.Target, unix.SYS_MOUNT, b.str("overlay"), b.str(m.Target), b.str("overlay"), unix.MS_NOSUID|unix.MS_NODEV,
			b.str("lowerdir="+stage+"/lower,upperdir="+stage+"/upper,workdir="+stage+"/work,userxattr"))
		b.add("detaching the script's folder", unix.SYS_UMOUNT2, b.str(stage+"/lower"), unix.MNT_DETACH)
	case MountBind:
		b.mountPoint(m)
		if tree != 0 {
			b.move(m.Target, tree, m.Target)
			return
		}
		b.add("mounting "+m.Target, unix.SYS_MOUNT, b.str(m.Source), b.str(m.Target), 0, unix.MS_BIND, 0)
	}
}

func (b *builder) mountPoint(m Mount) {
	if !m.File {
		b.folders(m.Target, 0o755)
		return
	}
	b.add("making "+m.Target, unix.SYS_MKNODAT, atCwd, b.str(m.Target), unix.S_IFREG|0o444, 0).allow = uintptr(unix.EEXIST)
}

// folders makes dir and its parents where they are not known to exist.
func (b *builder) folders(dir string, mode uint32) {
	if b.made[dir] {
		return
	}
	b.made[dir] = true
	b.folders(path.Dir(dir), 0o755)
	b.add("making "+dir, unix.SYS_MKDIRAT, atCwd, b.str(dir), uintptr(mode)).allow = uintptr(unix.EEXIST)
}

func (b *builder) stageFolders() {
	for _, d := range []string{"upper", "work", "lower", "tmp"} {
		b.folders(stage+"/"+d, 0o700)
	}
}

func (b *builder) write(m Mount) {
	file := b.slot()
	s := b.add("making "+m.Target, unix.SYS_OPENAT, atCwd, b.str(m.Target), unix.O_CREAT|unix.O_WRONLY|unix.O_TRUNC|unix.O_CLOEXEC, uintptr(m.Mode))
	s.save = file
	if len(m.Content) > 0 {
		b.add("writing "+m.Target, unix.SYS_WRITE, 0, b.data(m.Content), uintptr(len(m.Content))).from[0] = file
	}
	b.add("closing "+m.Target, unix.SYS_CLOSE, 0).from[0] = file
}

// sealSys makes /proc/sys read-only, whoever the run is inside.
func (b *builder) sealSys() {
	tree := b.slot()
	b.add("opening /proc/sys", unix.SYS_OPEN_TREE, atCwd, b.str("/proc/sys"), cloneTree).save = tree
	b.add("restricting /proc/sys", unix.SYS_MOUNT_SETATTR, 0, b.str(""), atEmpty|unix.AT_RECURSIVE,
		ptr(&b.program, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}), 32).from[0] = tree
	b.move("/proc/sys", tree, "/proc/sys")
	for _, name := range hostProc {
		b.cover("/proc/" + name)
	}
}

// hostProc are files of a fresh /proc that tell of the host or act on it: keys of
// the same user, which no namespace divides, and the kernel's memory and levers.
var hostProc = []string{"keys", "key-users", "kcore", "kmsg", "kallsyms", "timer_list", "sysrq-trigger"}

// cover puts a device node on a mount without devices over a file, where there is
// one: every open fails.
func (b *builder) cover(file string) {
	tree := b.slot()
	b.add("opening /dev/null", unix.SYS_OPEN_TREE, atCwd, b.str("/dev/null"), cloneTree).save = tree
	b.add("restricting "+file, unix.SYS_MOUNT_SETATTR, 0, b.str(""), atEmpty,
		ptr(&b.program, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_RDONLY}), 32).from[0] = tree
	b.move(file, tree, file)
	b.steps[len(b.steps)-2].allow = uintptr(unix.ENOENT)
}

// handOverWorkspace sends the descriptor of the writable folder to the
// supervisor, which reads from it what the run left behind, and takes the
// folder's other name away.
func (b *builder) handOverWorkspace() {
	for i, folder := range []string{stage + "/upper", shmFolder} {
		dir := b.slot()
		b.open(folder, folder, unix.O_RDONLY|unix.O_DIRECTORY, dir)
		b.name(folder, dir, b.fds.named[i])
	}
	b.send("handing over the workspace", b.fds.upper, b.fds.named[:]...)
	b.add("hiding the workspace's other name", unix.SYS_UMOUNT2, b.str(stage), unix.MNT_DETACH)
}

// name gives the descriptor in slot a number and frees its own, so that structs
// can name it which are laid out before the descriptor exists.
func (b *builder) name(what string, slot uint8, number int) {
	b.add("naming "+what, unix.SYS_DUP3, 0, uintptr(number), unix.O_CLOEXEC).from[0] = slot
	b.add("closing "+what, unix.SYS_CLOSE, 0).from[0] = slot
}

// send passes descriptors to whoever holds the other end of the socket, with one
// byte of data: struct msghdr, struct iovec and struct cmsghdr of sendmsg(2).
func (b *builder) send(what string, socket int, fds ...int) {
	rights := unix.UnixRights(fds...)
	iov := words(uint64(b.data([]byte{1})), 1)
	msg := words(0, 0, uint64(b.data(iov)), 1, uint64(b.data(rights)), uint64(len(rights)), 0)
	b.add(what, unix.SYS_SENDMSG, uintptr(socket), b.data(msg), 0)
}

// words lays out 64-bit words as the kernel reads them.
func words(ws ...uint64) []byte {
	var b []byte
	for _, w := range ws {
		b = binary.NativeEndian.AppendUint64(b, w)
	}
	return b
}

func (b *builder) loopback() {
	sock := b.slot()
	request := append([]byte("lo\x00"), make([]byte, 37)...)
	request[16] = unix.IFF_UP | unix.IFF_RUNNING // struct ifreq: flags after 16 bytes of name
	b.add("opening a socket for lo", unix.SYS_SOCKET, unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0).save = sock
	b.add("bringing lo up", unix.SYS_IOCTL, 0, unix.SIOCSIFFLAGS, b.data(request)).from[0] = sock
	b.add("closing the socket for lo", unix.SYS_CLOSE, 0).from[0] = sock
}

// become gives up the supervisor's identity. A zygote's child never had it.
func (b *builder) become() {
	u := b.plan.User
	if b.warm {
		return
	}
	if u.Drop {
		b.add("dropping groups", unix.SYS_SETGROUPS, 0, 0)
	}
	if u.Drop || b.plan.Level == interlock.Namespaces {
		id := uintptr(u.Inner)
		b.add("setting the group", unix.SYS_SETRESGID, id, id, id)
		b.add("setting the user", unix.SYS_SETRESUID, id, id, id)
	}
}
