package confine

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// warmMember is a zygote's child as the kernel knows it.
type warmMember struct {
	zygote *Zygote
	id     int
	init   *os.File // pidfd of the run's process 1
	died   chan diedMessage

	initPID, main int // process ids of it and of python, as the supervisor sees them
}

type diedMessage struct {
	ID     int           `json:"id"`
	Status uint32        `json:"status"`
	CPU    time.Duration `json:"cpu"`
	RSS    int64         `json:"rss"`
}

// Spawn forks a child with f's descriptors and puts it into plan's control
// groups, whose limits Confine sets. The child has no code and waits.
func (z *Zygote) Spawn(plan *Plan, f Files) (*Process, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("making a socket pair: %w", err)
	}
	theirs := os.NewFile(uintptr(pair[1]), "workspace")
	defer theirs.Close()
	z.mu.Lock()
	closed := z.closed
	if !closed {
		z.sweeping.Add(1)
	}
	z.mu.Unlock()
	if closed {
		return nil, errors.Join(errors.New("the zygote is closed"), unix.Close(pair[0]))
	}
	p := &Process{plan: plan, upper: os.NewFile(uintptr(pair[0]), "workspace"),
		done: make(chan struct{}), attached: make(chan struct{}), reports: make(chan struct{})}
	if p.warm, err = z.bear(f, theirs); err != nil {
		z.sweeping.Done()
		return nil, errors.Join(err, p.upper.Close())
	}
	go func() {
		defer close(p.attached)
		p.groups, p.refused = join(unlimited(plan.Groups), []int{p.warm.main})
	}()
	go p.follow()
	return p, nil
}

// unlimited are groups whose limits are set later.
func unlimited(groups []Group) []Group {
	out := make([]Group, 0, len(groups))
	for _, g := range groups {
		out = append(out, Group{Controller: g.Controller, Parent: g.Parent, Name: g.Name})
	}
	return out
}

func (z *Zygote) bear(f Files, workspace *os.File) (*warmMember, error) {
	born := make(chan []*os.File, 1)
	z.mu.Lock()
	z.next++
	m := &warmMember{zygote: z, id: z.next, died: make(chan diedMessage, 1)}
	z.unborn[m.id], z.members[m.id] = born, m
	z.mu.Unlock()
	err := z.say(map[string]any{"t": "spawn", "id": m.id},
		int(f.Stdin.Fd()), int(f.Stdout.Fd()), int(f.Stderr.Fd()), int(f.Control.Fd()), int(workspace.Fd()))
	if err != nil {
		return nil, err
	}
	select {
	case <-z.gone:
		return nil, errors.New("the zygote has ended")
	case files := <-born:
		if len(files) != 2 {
			return nil, errors.New("the zygote named no process")
		}
		m.init = files[0]
		var errInit, errMain error
		m.initPID, errInit = pidOf(files[0])
		m.main, errMain = pidOf(files[1])
		return m, errors.Join(errInit, errMain, files[1].Close())
	}
}

// pidOf returns the process id behind a pidfd, as this process sees it.
func pidOf(pidfd *os.File) (int, error) {
	pid := keyed("/proc/self/fdinfo", fmt.Sprint(pidfd.Fd()), "Pid:")
	if pid <= 0 {
		return 0, errors.New("the child has ended already")
	}
	return int(pid), nil
}

// follow sees a child to its end: python's own, then that of everything else in
// its process namespace.
func (p *Process) follow() {
	defer close(p.done)
	p.ended.Started = true
	select {
	case m := <-p.warm.died:
		p.status(syscall.WaitStatus(m.Status))
		p.ended.CPU, p.ended.MaxRSS = m.CPU, m.RSS
	case <-p.warm.zygote.gone:
		p.err = cannot("zygote", "the interpreter that this run was copied from has ended, and the run with it", "try again")
		p.ended.Code, p.ended.Signal = 128+int(unix.SIGKILL), int(unix.SIGKILL)
	}
	close(p.reports)
	p.Kill()
	waitPidfd(p.warm.init)
	<-p.attached
	p.ended.Limits = p.groups.counts()
	// The kernel takes its time, and nobody has to wait for it but Zygote.Close.
	go func() {
		p.groups.remove()
		p.warm.zygote.sweeping.Done()
	}()
}

// waitPidfd returns when the process is gone: a process 1 is the last of its namespace.
func waitPidfd(pidfd *os.File) {
	conn, err := pidfd.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Read(func(fd uintptr) bool {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		return n > 0 || err != nil && err != unix.EINTR
	})
}
