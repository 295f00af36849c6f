//go:build linux

package confine

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The runtime must know that a raw fork happens: it blocks signals around it and
// resets handlers in the child. Package syscall uses the same three functions.

//go:linkname runtimeBeforeFork syscall.runtime_BeforeFork
func runtimeBeforeFork()

//go:linkname runtimeAfterFork syscall.runtime_AfterFork
func runtimeAfterFork()

//go:linkname runtimeAfterForkInChild syscall.runtime_AfterForkInChild
func runtimeAfterForkInChild()

const maxFD = 1<<31 - 1

// report is what the children write to the report pipe; 8 bytes, so atomic.
type report struct {
	kind  uint32 // reportInit, reportMain: a step failed; reportExit: python ended
	value uint32 // index<<12 | errno, or the wait status
}

const (
	reportInit uint32 = 1 + iota
	reportMain
	reportExit
)

// launch is everything the children touch. It must not move or be collected
// until fork has returned.
type launch struct {
	flags      uintptr // clone flags of init
	init, main []call
	path       *byte // of the program to execute
	argv, envp []*byte
	reportFD   uintptr
	slots      [maxSlots + 1]uintptr
	msg        report
	status     uint32
	mainPID    uintptr
	stay       bool  // init waits for every descendant before it exits
	single     bool  // there is no python: the process ends with its last call
	keep       []any // what the arguments of init and main point to
}

// fork clones init, which runs l.init, forks python and waits for it. It returns
// init's process id in the supervisor's namespace.
//
// In the child nothing may grow the stack, allocate, or take a lock: it has one
// thread of a program that had many.
//
//go:noinline
//go:norace
//go:nosplit
func (l *launch) fork() (uintptr, syscall.Errno) {
	runtimeBeforeFork()
	pid, _, errno := syscall.RawSyscall6(unix.SYS_CLONE, l.flags|uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 || pid != 0 {
		runtimeAfterFork()
		return pid, errno
	}
	runtimeAfterForkInChild()
	l.apply(l.init, reportInit)
	for l.single {
		syscall.RawSyscall6(unix.SYS_EXIT_GROUP, 0, 0, 0, 0, 0, 0)
	}
	pid, _, errno = syscall.RawSyscall6(unix.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 {
		l.die(reportInit, uint32(len(l.init)), errno)
	}
	if pid == 0 {
		l.apply(l.main, reportMain)
		_, _, errno = syscall.RawSyscall6(unix.SYS_EXECVE, uintptr(unsafe.Pointer(l.path)),
			uintptr(unsafe.Pointer(&l.argv[0])), uintptr(unsafe.Pointer(&l.envp[0])), 0, 0, 0)
		l.die(reportMain, uint32(len(l.main)), errno)
	}
	l.mainPID = pid
	l.reap()
	return 0, 0
}

//go:norace
//go:nosplit
func (l *launch) apply(calls []call, kind uint32) {
	for i := 0; i < len(calls); i++ {
		c := &calls[i]
		for j := 0; j < 6; j++ {
			if c.from[j] != 0 {
				c.args[j] = l.slots[c.from[j]]
			}
		}
		r, _, errno := syscall.RawSyscall6(c.nr, c.args[0], c.args[1], c.args[2], c.args[3], c.args[4], c.args[5])
		if errno != 0 && uintptr(errno) != c.allow {
			l.die(kind, uint32(i), errno)
		}
		if c.save != 0 {
			l.slots[c.save] = r
		}
	}
}

//go:norace
//go:nosplit
func (l *launch) die(kind, index uint32, errno syscall.Errno) {
	l.send(kind, index<<12|uint32(errno))
	for {
		syscall.RawSyscall6(unix.SYS_EXIT_GROUP, 125, 0, 0, 0, 0, 0)
	}
}

//go:norace
//go:nosplit
func (l *launch) send(kind, value uint32) {
	l.msg.kind, l.msg.value = kind, value
	syscall.RawSyscall6(unix.SYS_WRITE, l.reportFD, uintptr(unsafe.Pointer(&l.msg)), 8, 0, 0, 0)
}

// reap is the life of init: collect children until python has ended, say how,
// and go; the kernel then kills what is left of the process namespace. Without
// one (stay), init waits until the supervisor has killed the rest.
//
//go:norace
//go:nosplit
func (l *launch) reap() {
	// Descriptors of the run must not stay open here, or the supervisor never
	// sees the end of its output.
	syscall.RawSyscall6(unix.SYS_CLOSE_RANGE, 0, l.reportFD-1, 0, 0, 0, 0)
	syscall.RawSyscall6(unix.SYS_CLOSE_RANGE, l.reportFD+1, maxFD, 0, 0, 0, 0)
	for {
		pid, _, errno := syscall.RawSyscall6(unix.SYS_WAIT4, ^uintptr(0), uintptr(unsafe.Pointer(&l.status)), 0, 0, 0, 0)
		if errno == syscall.EINTR {
			continue
		}
		if errno == 0 && pid == l.mainPID {
			l.send(reportExit, l.status)
		}
		if errno != 0 || (pid == l.mainPID && !l.stay) {
			break
		}
	}
	for {
		syscall.RawSyscall6(unix.SYS_EXIT_GROUP, 0, 0, 0, 0, 0, 0)
	}
}

// start forks on a locked thread: the parent-death signal of init is bound to
// the thread that cloned it, so the caller must stay on it (see Process.run).
func (l *launch) start() (int, error) {
	pid, errno := l.fork()
	runtime.KeepAlive(l)
	if errno != 0 {
		return 0, errno
	}
	return int(pid), nil
}

// hold returns the address of a copy of b in this process, kept as long as p.
func (p *program) hold(b []byte) uintptr {
	held := append([]byte(nil), b...)
	p.keep = append(p.keep, &held[0])
	return uintptr(unsafe.Pointer(&held[0]))
}

// ptr places a copy of *v, which holds no pointer that the kernel follows other
// than addresses that data has returned.
func ptr[T any](p *program, v *T) uintptr {
	return p.data(unsafe.Slice((*byte)(unsafe.Pointer(v)), unsafe.Sizeof(*v)))
}

func calls(p *program) []call {
	out := make([]call, len(p.steps))
	for i := range p.steps {
		out[i] = p.steps[i].call
	}
	return out
}

// pointers returns a NULL-terminated list of C strings.
func pointers(ss []string) []*byte {
	out := make([]*byte, len(ss)+1)
	for i, s := range ss {
		out[i] = &append([]byte(s), 0)[0]
	}
	return out
}

func address[T any](v *T) uintptr { return uintptr(unsafe.Pointer(v)) }
