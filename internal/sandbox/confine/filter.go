package confine

import "slices"

// The lists below are the whole surface of the kernel that a run can reach by
// system call. What is not here answers EPERM.

// commonCalls exist on amd64 and arm64.
var commonCalls = []string{
	// files and folders; where they may point is for the mount view and Landlock
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2",
	"openat", "close", "close_range", "lseek", "fstat", "newfstatat", "statx", "statfs", "fstatfs",
	"faccessat", "faccessat2", "readlinkat", "getdents64", "getcwd", "chdir", "fchdir", "umask",
	"mkdirat", "unlinkat", "renameat", "renameat2", "linkat", "symlinkat", "ftruncate", "fallocate",
	"fsync", "fdatasync", "sync_file_range", "fadvise64", "flock", "fcntl", "dup", "dup3", "pipe2",
	"sendfile", "splice", "tee", "copy_file_range", "readahead",
	// memory
	"mmap", "munmap", "mremap", "mprotect", "madvise", "msync", "brk", "mlock", "munlock", "get_mempolicy", "membarrier",
	// processes and threads
	"exit", "exit_group", "execve", "wait4", "waitid", "getpid", "getppid", "gettid", "getpgid", "setpgid", "getsid",
	"setsid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "capget",
	"set_tid_address", "set_robust_list", "get_robust_list", "rseq", "futex", "sched_yield",
	"sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler",
	"sched_get_priority_max", "sched_get_priority_min", "getpriority", "setpriority", "getcpu",
	"prlimit64", "getrusage", "times", "uname", "sysinfo", "pidfd_open", "getrandom", "restart_syscall",
	// signals
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend", "sigaltstack", "signalfd4",
	// time and waiting
	"nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "getitimer", "setitimer",
	"timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete",
	"timerfd_create", "timerfd_settime", "timerfd_gettime", "eventfd2",
	"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "ppoll", "pselect6",
	// sockets that exist already; making one is a case
	"connect", "bind", "listen", "accept", "accept4", "getsockname", "getpeername", "getsockopt", "setsockopt", "shutdown",
	"sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg",
}

// legacyCalls exist on amd64 only; libc and old binaries use them.
var legacyCalls = []string{
	"open", "creat", "stat", "lstat", "access", "readlink", "getdents", "mkdir", "rmdir", "unlink", "rename", "link",
	"symlink", "dup2", "pipe", "poll", "select", "epoll_create", "epoll_wait", "eventfd", "signalfd", "fork", "vfork",
	"getpgrp", "pause", "alarm", "time", "getrlimit",
}

// metadataCalls change a file's mode, owner or times by path or descriptor.
// Landlock has no rights for them, so they are permitted only where the mount
// view holds; truncate has one from ABI 3.
var metadataCalls = []string{"chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
	"utimensat", "utime", "utimes", "futimesat", "mknodat"}

// signalCalls reach every process of the same user where nothing scopes them.
var signalCalls = []string{"kill", "tkill", "tgkill", "pidfd_send_signal"}

// Flags and values of the cases, from the kernel's headers.
const (
	cloneNamespaces = 0x7e020000 // NEWUSER NEWPID NEWNET NEWIPC NEWUTS NEWCGROUP NEWNS
	clonePtrace     = 0x2000

	afUnix, afInet, afInet6 = 1, 2, 10
	sockStream, sockDgram   = 1, 2
	sockSeqpacket           = 5
	sockNonblock            = 0x800
	sockCloexec             = 0x80000
)

// MakeFilter returns the filter for a run that the mount view and namespaces
// hold (isolated), or that only Landlock of version abi holds. alone: no folder of
// the host is shown in which a socket of the host could lie.
func MakeFilter(arch string, isolated, alone bool, abi int) Filter {
	f := Filter{Arch: arch, Allow: append(slices.Clone(commonCalls), legacyCalls...)}
	if isolated {
		f.Allow = append(f.Allow, metadataCalls...)
	}
	if isolated || abi >= 6 {
		f.Allow = append(f.Allow, signalCalls...)
	}
	if isolated || abi >= 3 {
		f.Allow = append(f.Allow, "truncate")
	}
	f.Cases = slices.Concat(commonCases(), extendedAttributes(), socketCases(isolated, alone))
	if !isolated {
		f.Cases = append(f.Cases, ownProcess()...)
	}
	for _, c := range f.Cases {
		if c.Mask != 0 || len(c.Only) > 0 {
			f.Allow = append(f.Allow, c.Call)
		}
	}
	slices.Sort(f.Allow)
	f.Allow = slices.Compact(f.Allow)
	return f
}

// extendedAttributes are refused as a file system without them would: shutil
// copies on then, and stops at EPERM.
func extendedAttributes() []Case {
	var out []Case
	for _, call := range []string{"listxattr", "llistxattr", "flistxattr", "getxattr", "lgetxattr", "fgetxattr", "setxattr", "lsetxattr", "fsetxattr"} {
		out = append(out, Case{Call: call, Else: "ENOTSUP", Why: "as on a file system without extended attributes"})
	}
	return out
}

func commonCases() []Case {
	return []Case{
		{Call: "clone", Arg: 0, Mask: cloneNamespaces | clonePtrace, Why: "threads and processes, never namespaces"},
		{Call: "clone3", Else: "ENOSYS", Why: "its flags lie in memory; libc falls back to clone"},
		{Call: "memfd_create", Else: "ENOSYS", Why: "Landlock lets anonymous files be executed"},
		{Call: "io_uring_setup", Else: "ENOSYS", Why: "its calls bypass this filter"},
		{Call: "ioctl", Arg: 1, Only: []uint32{0x5401, 0x540f, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451}, Else: "ENOTTY",
			Why: "terminal queries, FIONREAD, FIONBIO, close-on-exec; never TIOCSTI or device control"},
		{Call: "fcntl", Arg: 1, Only: fcntlCommands(), Else: "EINVAL",
			Why: "descriptors, locks, pipes; never leases, watches of folders, or signals to an owner"},
		{Call: "prctl", Arg: 0, Only: []uint32{2, 3, 15, 16, 21, 23, 39, 41, 42, 0x53564d41},
			Why: "names, queries, huge pages, naming of memory; never dumpable, securebits, parent-death signal"},
		{Call: "arch_prctl", Arg: 0, Only: []uint32{0x1002, 0x1003}, Else: "EINVAL", Why: "thread-local storage"},
		{Call: "personality", Arg: 0, Only: []uint32{0xffffffff}, Why: "query only; ADDR_NO_RANDOMIZE and READ_IMPLIES_EXEC weaken the process"},
	}
}

// fcntlCommands are what may be asked of a descriptor. Not among them: F_SETLEASE,
// by which a run that reads a file holds up for 45 seconds at a time whoever of the
// host opens it; F_NOTIFY, an inotify by another name; F_SETOWN and F_SETSIG, which
// send signals past a filter of kill where Landlock does not scope them yet.
func fcntlCommands() []uint32 {
	return []uint32{
		0, 1, 2, 3, 4, 1030, // DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC
		5, 6, 7, 36, 37, 38, // GETLK, SETLK, SETLKW, and OFD_ of each
		9, 11, 1025, // GETOWN, GETSIG, GETLEASE
		1031, 1032, 1033, 1034, // SETPIPE_SZ, GETPIPE_SZ, ADD_SEALS, GET_SEALS
	}
}

// ownProcess are calls that reach every process of the same user by number: where
// the run shares the host's, only its own.
func ownProcess() []Case {
	why := "of the caller only: the run shares the host's processes"
	return []Case{
		{Call: "prlimit64", Arg: 0, Only: []uint32{0}, Why: why},
		{Call: "setpriority", Arg: 0, Only: []uint32{0}, Why: why},
		{Call: "setpriority", Arg: 1, Only: []uint32{0}, Why: why},
		{Call: "sched_setaffinity", Arg: 0, Only: []uint32{0}, Why: why},
	}
}

// socketCases decide which sockets may be made. A unix socket leads to whoever
// listens under a name, and a shown folder may hold names of the host's: neither a
// read-only mount nor a network namespace nor Landlock stands between. A pair of
// datagram sockets is one too: each end can be sent, and connected, to any name.
func socketCases(isolated, alone bool) []Case {
	pairs := Case{Call: "socketpair", Arg: 1, Only: withFlags(sockStream, sockSeqpacket), Else: "EACCES",
		Why: "streams only: a datagram socket of a pair can be sent to any name"}
	family := Case{Call: "socketpair", Arg: 0, Only: []uint32{afUnix}, Else: "EACCES", Why: "pairs reach nobody else"}
	if !isolated {
		return []Case{
			{Call: "socket", Arg: 0, Only: []uint32{0xffffffff}, Else: "EACCES",
				Why: "without an own network namespace no socket may be made: Landlock does not cover UDP or unix sockets"},
			family, pairs,
			{Call: "setsockopt", Arg: 2, Only: []uint32{2, 9, 13, 16, 18, 20, 21}, Else: "EACCES",
				Why: "of stream pairs; never a larger buffer, which is memory that no process is charged for"},
		}
	}
	families := Case{Call: "socket", Arg: 0, Only: []uint32{afUnix, afInet, afInet6}, Else: "EACCES",
		Why: "loopback and unix sockets of the run's own namespaces; no netlink, packet, vsock, alg"}
	if !alone {
		families.Only, families.Why = families.Only[1:], "loopback only: a folder of the host is shown, and the host's unix sockets in it could be reached"
	}
	out := []Case{
		families,
		{Call: "socket", Arg: 1, Only: withFlags(sockStream, sockDgram), Else: "EACCES", Why: "streams and datagrams; no raw sockets"},
		{Call: "socket", Arg: 2, Only: []uint32{0, 6, 17}, Else: "EACCES", Why: "TCP and UDP; no MPTCP, SCTP, UDPLITE"},
		family,
	}
	if !alone {
		out = append(out, pairs)
	}
	return out
}

// withFlags are the given types of sockets with each of the flags that may be set.
func withFlags(types ...uint32) (out []uint32) {
	for _, flags := range []uint32{0, sockNonblock, sockCloexec, sockNonblock | sockCloexec} {
		for _, t := range types {
			out = append(out, t|flags)
		}
	}
	return out
}
