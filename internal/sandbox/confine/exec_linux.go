package confine

import (
	"encoding/binary"
	"errors"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Programs that a run starts are seen by a seccomp listener: the kernel holds
// each execve until this process has answered. What holds a run to its grant is
// Landlock and the mount view; the listener tells what was started, with what
// arguments, and what was tried.
//
// At execve the arguments are memory of the run, which another of its threads may
// change before the kernel reads it. So they count only once the new program
// makes its first call, set_tid_address, before any code of it but the loader's:
// then the kernel has copied them, and /proc/PID/exe and cmdline tell. A program
// that never makes that call is told of as claimed.
type execWatch struct {
	plan     *Plan
	fd       int
	note     [80]byte          // struct seccomp_notif
	reply    [24]byte          // struct seccomp_notif_resp
	began    bool              // the interpreter's own start has been let through
	pending  map[int]Execution // let through, and not seen running yet
	running  map[int]struct{}  // processes whose program has been seen
	allowed  []executable
	internal []executable // the interpreter
	loaders  []executable

	mu     sync.Mutex
	report ExecReport
}

type executable struct {
	name     string
	dev, ino uint64
}

// Execution is a program that was started, or tried. Equal ones are one with a count.
type Execution struct {
	Path  string
	Argv  []string
	Count int
	// Copied: the kernel had copied the arguments when they were read.
	Copied bool
}

// ExecReport is what a run started and tried to start. It is bounded.
type ExecReport struct {
	Started     []Execution
	Refused     []Execution
	RefusedMore int
}

const (
	maxExecs   = 50
	maxArgs    = 64
	maxArgLen  = 512
	notifRecv  = 0xc0502100 // SECCOMP_IOCTL_NOTIF_RECV
	notifSend  = 0xc0182101 // SECCOMP_IOCTL_NOTIF_SEND
	notifValid = 0x40082102 // SECCOMP_IOCTL_NOTIF_ID_VALID
	goOn       = 1          // SECCOMP_USER_NOTIF_FLAG_CONTINUE
	execPeriod = 100        // milliseconds between looks whether the run is gone
)

// handOverListener sends the listener's descriptor: the last thing that python's
// process does before execve, which the listener is the first to see.
func (b *builder) handOverListener() {
	b.send("handing over the listener", b.fds.upper, listenerFD)
	b.add("closing the listener", unix.SYS_CLOSE, listenerFD)
}

// listenerFD is the first descriptor that python does not have.
const listenerFD = 4

// freeListener makes listenerFD the next number that the kernel gives out, whatever
// the limit of open files is.
func (b *builder) freeListener() {
	if b.plan.Filter.Notify {
		b.add("making room for the listener", unix.SYS_CLOSE_RANGE, listenerFD, lowFD-1, 0)
	}
}

// watchExec serves the run's listener until the run is gone. The messages that
// come before the listener's are kept for Network and Workspace.
func (p *Process) watchExec() {
	if !p.plan.Filter.Notify {
		return
	}
	p.stash = make(chan []byte, 2)
	p.exec = &execWatch{plan: p.plan, pending: map[int]Execution{}, running: map[int]struct{}{}}
	p.watching.Add(1)
	go func() {
		defer p.watching.Done()
		defer close(p.stash)
		earlier := 0
		if p.plan.Network != nil {
			earlier = 2
		}
		for n := 0; ; n++ {
			oob := p.await()
			if oob == nil {
				return
			}
			if n < earlier {
				p.stash <- oob
				continue
			}
			if files, err := received(oob); err == nil && len(files) == 1 {
				p.exec.serve(files[0], p.done)
			}
			return
		}
	}()
}

// await receives the next message of init, or nil once the run is gone.
func (p *Process) await() []byte {
	fd := int(p.upper.Fd())
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, execPeriod)
		if n > 0 {
			oob, err := p.receive(fd)
			if err == nil {
				return oob
			}
		}
		select {
		case <-p.done:
			return nil
		default:
		}
		if err != nil && err != unix.EINTR {
			return nil
		}
	}
}

func (p *Process) receive(fd int) ([]byte, error) {
	buf, oob := make([]byte, 1), make([]byte, unix.CmsgSpace(4*253))
	_, n, _, _, err := unix.Recvmsg(fd, buf, oob, unix.MSG_DONTWAIT|unix.MSG_CMSG_CLOEXEC)
	return oob[:n], err
}

// message is the next of init's messages that carries descriptors.
func (p *Process) message() ([]byte, error) {
	if p.stash == nil {
		return p.receive(int(p.upper.Fd()))
	}
	if oob := <-p.stash; oob != nil {
		return oob, nil
	}
	return nil, unix.EAGAIN
}

// closeStash closes what nobody took.
func (p *Process) closeStash() {
	p.watching.Wait()
	if p.stash == nil {
		return
	}
	for oob := range p.stash {
		if files, err := received(oob); err == nil {
			closeAll(files)
		}
	}
}

// Execs tells what was started. It waits for the run's end.
func (p *Process) Execs() ExecReport {
	if p.exec == nil {
		return ExecReport{}
	}
	<-p.done
	p.watching.Wait()
	for _, e := range p.exec.pending {
		p.exec.started(e)
	}
	clear(p.exec.pending)
	return p.exec.report
}

func (w *execWatch) serve(listener *os.File, done <-chan struct{}) {
	defer listener.Close()
	w.fd = int(listener.Fd())
	for _, c := range w.plan.Commands {
		w.allowed = append(w.allowed, identify(c.Name, c.Path)...)
	}
	w.internal = identify(w.plan.Exec.Path, w.plan.Exec.Path)
	for _, ld := range w.plan.loaders {
		w.loaders = append(w.loaders, identify(ld, ld)...)
	}
	for {
		fds := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}
		_, err := unix.Poll(fds, execPeriod)
		switch {
		case err != nil && err != unix.EINTR, fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0:
			return
		case fds[0].Revents&unix.POLLIN != 0:
			w.answer()
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

// answer takes one notification and decides it.
func (w *execWatch) answer() {
	clear(w.note[:])
	if ioctl(w.fd, notifRecv, address(&w.note)) != nil {
		return // whoever asked is gone
	}
	e := binary.NativeEndian
	pid, nr := int(e.Uint32(w.note[8:])), int(e.Uint32(w.note[16:]))
	answer := unix.Errno(0)
	switch {
	case nr == unix.SYS_SET_TID_ADDRESS:
		w.confirm(pid)
	case !w.began:
		w.began = true
	default:
		answer = w.judge(pid, e.Uint64(w.note[32:]), e.Uint64(w.note[40:]))
	}
	clear(w.reply[:])
	copy(w.reply[:8], w.note[:8])
	if answer != 0 {
		e.PutUint32(w.reply[16:], uint32(-int32(answer)))
	} else {
		e.PutUint32(w.reply[20:], goOn)
	}
	_ = ioctl(w.fd, notifSend, address(&w.reply))
}

// judge decides an execve: 0 lets it go on, to what else holds the run.
func (w *execWatch) judge(pid int, pathAt, argvAt uint64) unix.Errno {
	group := groupOf(pid)
	delete(w.pending, group) // an earlier call has failed
	delete(w.running, group)
	mem, err := os.Open("/proc/" + strconv.Itoa(pid) + "/mem")
	if err != nil {
		w.refusedOrUnread(Execution{Path: "a program that this host does not let Interlock look at"})
		return unix.EACCES
	}
	defer mem.Close()
	name := readString(mem, pathAt)
	argv := readArgv(mem, argvAt)
	if ioctl(w.fd, notifValid, address(&w.note)) != nil {
		return unix.EACCES // the process is gone, and what was read was another's
	}
	file, err := lookAt(pid, name)
	switch {
	case errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR):
		if !w.known(path.Base(name)) { // else a search along PATH
			w.refusedOrUnread(Execution{Path: path.Base(name), Argv: argv})
		}
		return 0
	case err != nil:
		w.refusedOrUnread(Execution{Path: name, Argv: argv})
		return unix.EACCES
	}
	for _, a := range w.allowed {
		if a.dev == file.dev && a.ino == file.ino {
			w.pending[group] = Execution{Path: a.name, Argv: argv}
			return 0
		}
	}
	for _, a := range w.internal {
		if a.dev == file.dev && a.ino == file.ino {
			return 0
		}
	}
	w.refusedOrUnread(Execution{Path: name, Argv: argv})
	return unix.EACCES
}

func (w *execWatch) known(base string) bool {
	return slices.ContainsFunc(w.allowed, func(a executable) bool { return path.Base(a.name) == base })
}

// confirm is told that a process runs a new program and is still in its loader.
// Which one that is, the kernel says, whatever was read when it was asked for.
func (w *execWatch) confirm(pid int) {
	if _, known := w.running[pid]; known {
		return
	}
	dir := "/proc/" + strconv.Itoa(pid)
	var st unix.Stat_t
	line, err := os.ReadFile(dir + "/cmdline")
	if err != nil || unix.Stat(dir+"/exe", &st) != nil {
		return
	}
	for _, a := range w.allowed {
		if a.dev != st.Dev || a.ino != st.Ino {
			continue
		}
		w.running[pid] = struct{}{}
		delete(w.pending, pid)
		argv := strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
		w.started(Execution{Path: a.name, Argv: cutArgv(argv), Copied: true})
		return
	}
}

func (w *execWatch) started(e Execution) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !count(&w.report.Started, e) {
		w.report.Started[maxExecs-1].Count++
		w.report.Started[maxExecs-1].Path, w.report.Started[maxExecs-1].Argv = "others", nil
	}
}

func (w *execWatch) refusedOrUnread(e Execution) {
	e.Path = cutText(e.Path)
	w.mu.Lock()
	defer w.mu.Unlock()
	e.Argv = nil // one row for each program
	if !count(&w.report.Refused, e) {
		w.report.RefusedMore++
	}
}
