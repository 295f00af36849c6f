package confine

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// mainProgram is what the process that becomes python does before execve. From
// the nested user namespace on it owns nothing: its mounts, network and process
// namespace belong to the user namespace around it.
func (b *builder) mainProgram() error {
	if !b.warm {
		b.add("starting a session", unix.SYS_SETSID)
		for target, fd := range []int{b.fds.stdin, b.fds.stdout, b.fds.stderr, b.fds.control} {
			b.add("placing descriptors", unix.SYS_DUP3, uintptr(fd), uintptr(target), 0)
		}
	}
	if b.plan.zygote {
		b.keepCapabilities()
		return nil
	}
	if b.plan.Level == interlock.Namespaces {
		b.nestUser()
	}
	// After every change of identity, since that takes the signal back.
	b.add("asking to die with init", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	for _, r := range b.plan.Rlimits {
		b.add("limiting "+r.Name, unix.SYS_PRLIMIT64, 0, uintptr(r.Resource), ptr(&b.program, &unix.Rlimit{Cur: r.Soft, Max: r.Hard}), 0)
	}
	b.add("entering "+b.plan.Exec.Dir, unix.SYS_CHDIR, b.str(b.plan.Exec.Dir))
	b.add("closing descriptors", unix.SYS_CLOSE_RANGE, 4, maxFD, unix.CLOSE_RANGE_CLOEXEC)
	if b.plan.Level == interlock.NoIsolation {
		b.add("forbidding new privileges", unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1)
		return nil
	}
	// An own, empty session keyring: keyrings are not namespaced.
	b.add("joining an own keyring", unix.SYS_KEYCTL, unix.KEYCTL_JOIN_SESSION_KEYRING, 0).allow = uintptr(unix.ENOSYS)
	b.dropCapabilities()
	b.add("forbidding new privileges", unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1)
	b.add("entering Landlock", unix.SYS_LANDLOCK_RESTRICT_SELF, 0, 0).from[0] = b.ruleset
	if b.warm { // no execve will close them
		b.add("closing descriptors", unix.SYS_CLOSE_RANGE, 4, maxFD, 0)
	}
	return b.seccomp()
}

func (b *builder) nestUser() {
	u := b.plan.User
	b.add("nesting the user namespace", unix.SYS_UNSHARE, unix.CLONE_NEWUSER)
	b.add("opening own maps", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 1)
	one := fmt.Sprintf("%d %d 1", u.Inner, u.Inner)
	for _, f := range [][2]string{{"self/setgroups", "deny"}, {"self/uid_map", one}, {"self/gid_map", one}} {
		file := b.slot()
		s := b.add("opening "+f[0], unix.SYS_OPENAT, 0, b.str(f[0]), unix.O_WRONLY|unix.O_CLOEXEC, 0)
		s.from[0], s.save = b.proc, file
		b.add("writing "+f[0], unix.SYS_WRITE, 0, b.str(f[1]), uintptr(len(f[1]))).from[0] = file
		b.add("closing "+f[0], unix.SYS_CLOSE, 0).from[0] = file
	}
}

// keepCapabilities carries over execve what a zygote's children need until they
// give it up: to make namespaces and mounts, to set an own network up, and, as an
// overlay acts with the capabilities of who mounted it, to copy files.
func (b *builder) keepCapabilities() {
	b.add("asking to die with init", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	kept := []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_NET_RAW, unix.CAP_NET_BIND_SERVICE,
		unix.CAP_CHOWN, unix.CAP_DAC_OVERRIDE, unix.CAP_DAC_READ_SEARCH, unix.CAP_FOWNER, unix.CAP_FSETID, unix.CAP_MKNOD}
	var set uint32
	for _, c := range kept {
		set |= 1 << c
	}
	header := &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	data := &[2]unix.CapUserData{{Effective: set, Permitted: set, Inheritable: set}}
	b.add("keeping capabilities", unix.SYS_CAPSET, ptr(&b.program, header), ptr(&b.program, data))
	for _, c := range kept {
		b.add("keeping a capability over execve", unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, c, 0, 0)
	}
	b.add("closing descriptors", unix.SYS_CLOSE_RANGE, 4, maxFD, unix.CLOSE_RANGE_CLOEXEC)
}

func (b *builder) dropCapabilities() {
	header := &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	b.add("dropping capabilities", unix.SYS_CAPSET, ptr(&b.program, header), ptr(&b.program, &[2]unix.CapUserData{}))
	b.add("dropping ambient capabilities", unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
}

func (b *builder) seccomp() error {
	raw, err := b.plan.Filter.assemble(auditArch, numbers(), errnos)
	if err != nil {
		return fmt.Errorf("assembling the seccomp filter: %w", err)
	}
	var prog []byte // struct sock_filter, 8 bytes each
	for _, r := range raw {
		prog = binary.NativeEndian.AppendUint16(prog, r.Op)
		prog = binary.NativeEndian.AppendUint32(append(prog, r.Jt, r.Jf), r.K)
	}
	const setModeFilter = 1
	b.freeListener()
	fprog := words(uint64(len(raw)), uint64(b.data(prog))) // struct sock_fprog; the length is 16 bits, the rest padding
	enter := b.add("entering seccomp", unix.SYS_SECCOMP, setModeFilter, 0, b.data(fprog))
	if b.plan.Filter.Notify {
		enter.args[1] = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
		b.handOverListener()
	}
	return nil
}

var errnos = map[string]uint32{"EPERM": 1, "EACCES": 13, "EINVAL": 22, "ENOTTY": 25, "ENOSYS": 38, "ENOTSUP": 95}

func numbers() map[string]int {
	all := commonNumbers()
	for k, v := range archNumbers() {
		all[k] = v
	}
	return all
}
