package confine

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// lowFD is above every descriptor that a run has (0 to 3), with room below for
// those that its program opens for a while: they never get a number that a later
// step counts on.
const lowFD = 128

// Process is a confined run: init and all that it started. It is safe for
// concurrent use. Close must be called.
type Process struct {
	plan     *Plan
	pid      int    // init's
	groups   groups // complete once attached is closed
	refused  error  // why the groups could not be joined; the same
	attached chan struct{}
	report   *os.File
	upper    *os.File // socket that received the workspace's descriptor
	done     chan struct{}
	ended    Ended
	err      error
	killed   sync.Once
	// initSteps and mainSteps are the words of each step, by index.
	initSteps, mainSteps []string
	reports              chan struct{} // closed when python has ended or could not start

	user     *os.File   // a zygote's user namespace
	exec     *execWatch // what programs are started; nil where none may be
	stash    chan []byte
	watching sync.WaitGroup

	warm *warmMember // what else there is of a zygote's child; nil for all others
}

// Start forks and confines the plan's program. It returns as soon as the child
// may go on; an error in a later step is returned by Wait.
func Start(p *Plan, f Files) (*Process, error) {
	proc := &Process{plan: p, done: make(chan struct{}), attached: make(chan struct{}), reports: make(chan struct{})}
	started := make(chan error)
	go proc.live(f, started)
	if err := <-started; err != nil {
		return nil, errors.Join(err, proc.Close())
	}
	return proc, nil
}

// live is the process's thread in the supervisor. init asked to be killed when
// the thread that cloned it ends, so it stays until init has been reaped.
func (p *Process) live(f Files, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.done)
	b := &builder{plan: p.plan}
	ends, err := p.openEnds(b, f)
	defer ends.close()
	if err == nil {
		err = p.fork(b)
	}
	if err == nil {
		err = p.admit(ends)
	}
	if err != nil {
		p.Kill()
		p.reap()
		started <- err
		return
	}
	ends.close()
	go p.readReports()
	go p.attach()
	p.watchExec()
	started <- nil
	p.reap()
	<-p.reports
	<-p.attached
	p.ended.Limits = p.groups.counts()
	if p.plan.Level != interlock.Namespaces {
		p.groups.kill()
	}
	p.groups.remove()
}

// ends are descriptors that only the start needs.
type ends struct {
	files   []*os.File
	goWrite *os.File
}

func (e *ends) close() {
	for _, f := range e.files {
		f.Close()
	}
	e.files = nil
}

func (p *Process) openEnds(b *builder, f Files) (*ends, error) {
	e := &ends{}
	dup := func(file *os.File, name string) int {
		fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, lowFD)
		if err != nil {
			return -1
		}
		e.files = append(e.files, os.NewFile(uintptr(fd), name))
		return fd
	}
	goRead, goWrite, err := os.Pipe()
	if err != nil {
		return e, fmt.Errorf("making a pipe: %w", err)
	}
	reportRead, reportWrite, err := os.Pipe()
	if err != nil {
		return e, fmt.Errorf("making a pipe: %w", err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return e, fmt.Errorf("making a socket pair: %w", err)
	}
	p.report, p.upper = reportRead, os.NewFile(uintptr(pair[0]), "workspace")
	theirs := os.NewFile(uintptr(pair[1]), "workspace")
	e.files = append(e.files, goRead, goWrite, reportWrite, theirs)
	e.goWrite = goWrite
	b.fds = descriptors{
		goRead: dup(goRead, "go"), goWrite: dup(goWrite, "go"), report: dup(reportWrite, "report"), named: [2]int{dup(goRead, "named"), dup(goRead, "named")}, upper: dup(theirs, "workspace"),
		stdin: dup(f.Stdin, "stdin"), stdout: dup(f.Stdout, "stdout"), stderr: dup(f.Stderr, "stderr"), control: dup(f.Control, "control"),
	}
	if min(b.fds.goRead, b.fds.goWrite, b.fds.report, b.fds.upper, b.fds.stdin, b.fds.stdout, b.fds.stderr, b.fds.control) < 0 {
		return e, errors.New("duplicating descriptors: too many open files")
	}
	return e, p.prepareFolder(b, e)
}

// prepareFolder maps the owner of the script's folder where the supervisor is root.
func (p *Process) prepareFolder(b *builder, e *ends) error {
	if !p.plan.User.Drop {
		return nil
	}
	for _, m := range p.plan.Mounts {
		if m.Kind != MountOverlay {
			continue
		}
		ns, err := mappingNamespace(p.plan.User)
		if err != nil {
			return err
		}
		tree, err := ownedTree(m.Source, int(ns.Fd()))
		ns.Close()
		if err != nil || tree == nil {
			return err
		}
		e.files = append(e.files, tree)
		high, err := unix.FcntlInt(tree.Fd(), unix.F_DUPFD_CLOEXEC, lowFD)
		if err != nil {
			return fmt.Errorf("duplicating descriptors: %w", err)
		}
		e.files = append(e.files, os.NewFile(uintptr(high), m.Source))
		b.fds.trees = map[string]int{m.Target: high}
	}
	return nil
}

const namespaceFlags = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET |
	unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP

func (p *Process) fork(b *builder) error {
	l := &launch{reportFD: uintptr(b.fds.report), stay: true}
	if p.plan.Level == interlock.Namespaces {
		l.flags, l.stay = namespaceFlags, false
	}
	b.initProgram()
	l.init = calls(&b.program)
	first := len(b.steps)
	if err := b.mainProgram(); err != nil {
		return err
	}
	l.main = calls(&b.program)[first:]
	l.argv = pointers(append([]string{p.plan.Exec.Path}, p.plan.Exec.Args...))
	l.envp = pointers(p.plan.Exec.Env)
	l.path, l.keep = l.argv[0], b.keep
	p.names(b.steps, first)
	pid, err := l.start()
	if err != nil {
		return fmt.Errorf("creating the run's namespaces: %w", err)
	}
	p.pid = pid
	return nil
}

// admit writes the identity maps and lets the child go on.
func (p *Process) admit(e *ends) error {
	if p.plan.Level == interlock.Namespaces {
		if err := p.writeMaps(); err != nil {
			return err
		}
	}
	if p.plan.zygote {
		user, err := os.Open(fmt.Sprintf("/proc/%d/ns/user", p.pid))
		if err != nil {
			return fmt.Errorf("keeping the zygote's user namespace: %w", err)
		}
		p.user = user
	}
	if _, err := e.goWrite.Write([]byte{1}); err != nil {
		return fmt.Errorf("starting the run: %w", err)
	}
	return nil
}

// attach puts the run into its control groups while the interpreter starts: the
// kernel takes some ten milliseconds for it. Until Ready has returned there is
// no code in the run that could use anything up.
func (p *Process) attach() {
	defer close(p.attached)
	if len(p.plan.Groups) == 0 {
		return
	}
	for {
		if pids := descendants(p.pid); len(pids) > 0 {
			// Without a process namespace init stays outside: were it the one that the
			// kernel ends for want of memory, nobody would hold the run's processes.
			if p.plan.Level == interlock.Namespaces {
				pids = append(pids, p.pid)
			}
			p.groups, p.refused = join(p.plan.Groups, pids)
			return
		}
		select {
		case <-p.reports:
			return
		case <-time.After(200 * time.Microsecond):
		}
	}
}

// Ready returns once the run's limits hold. No code may be sent before, and none
// after an error.
func (p *Process) Ready() error {
	<-p.attached
	return p.refused
}

func (p *Process) writeMaps() error {
	u, dir := p.plan.User, "/proc/"+strconv.Itoa(p.pid)
	write := func(name, text string) error {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0); err != nil {
			return fmt.Errorf("mapping the run's user: %w", err)
		}
		return nil
	}
	if !u.Drop {
		if err := write("setgroups", "deny"); err != nil {
			return err
		}
	}
	return errors.Join(
		write("gid_map", fmt.Sprintf("%d %d 1", u.Inner, u.Group)),
		write("uid_map", fmt.Sprintf("%d %d 1", u.Inner, u.Host)))
}

// reap waits for init, which counts the time of everything it reaped.
func (p *Process) reap() {
	if p.pid == 0 {
		return
	}
	var status syscall.WaitStatus
	var usage syscall.Rusage
	for {
		_, err := syscall.Wait4(p.pid, &status, 0, &usage)
		if err != syscall.EINTR {
			break
		}
	}
	p.ended.CPU = time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	p.ended.MaxRSS = usage.Maxrss << 10
}

// Kill ends every process of the run. It may be called at any time, more than once.
func (p *Process) Kill() {
	p.killed.Do(func() {
		if p.warm != nil {
			_ = unix.PidfdSendSignal(int(p.warm.init.Fd()), unix.SIGKILL, nil, 0)
			return
		}
		if p.pid == 0 {
			return
		}
		if p.plan.Level != interlock.Namespaces {
			select {
			case <-p.attached:
				p.groups.kill()
			default:
			}
			p.asRun(func() { killTree(p.pid) })
		}
		unix.Kill(p.pid, unix.SIGKILL)
	})
}

// Ended is closed when python has ended or could not start; other processes of
// the run may still live until Wait has returned.
func (p *Process) Ended() <-chan struct{} { return p.reports }

// Wait returns when every process of the run is gone. An error says which step
// of the confinement could not be made; no user code ran then.
func (p *Process) Wait() (Ended, error) {
	<-p.reports
	if p.plan.Level != interlock.Namespaces {
		p.Kill()
	}
	<-p.done
	return p.ended, p.err
}

// Pressure reads the events of the run's control groups while it runs.
func (p *Process) Pressure() Counts {
	<-p.attached
	return p.groups.counts()
}

// Close kills what is left and releases descriptors. It is idempotent.
func (p *Process) Close() error {
	p.Kill()
	<-p.done
	if p.warm != nil {
		return errors.Join(closeOnce(p.warm.init), closeOnce(p.upper))
	}
	p.closeStash()
	return errors.Join(closeOnce(p.report), closeOnce(p.upper), closeOnce(p.user))
}

func closeOnce(f *os.File) error {
	if f == nil {
		return nil
	}
	if err := f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
