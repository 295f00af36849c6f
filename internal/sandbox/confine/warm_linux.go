package confine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// The numbers of descriptors in a zygote's child: interlock_runner/zygote.py and
// confined.py place them.
const (
	warmUpper = lowFD
	warmNamed = lowFD + 1 // and the one after it
	warmTrees = lowFD + 8
)

// Confine sends a zygote's child the program that confines it as plan says, with
// what of the host its root shows beyond the zygote's. The child answers on its
// socket; Refused explains a refusal. plan's control groups must be those of Spawn.
func (p *Process) Confine(plan *Plan, control *os.File) error {
	if err := p.Ready(); err != nil {
		return err
	}
	p.plan = plan
	for _, g := range plan.Groups {
		if err := g.fill(filepath.Join(g.Parent, g.Name)); err != nil {
			return fmt.Errorf("setting up control group %s: %w", g.Controller, err)
		}
	}
	trees, targets, err := p.warm.zygote.lend(plan)
	defer closeAll(trees)
	if err != nil {
		return err
	}
	image, steps, err := warmImage(plan, targets)
	if err != nil {
		return err
	}
	p.mainSteps = steps
	return sendImage(control, image, trees)
}

// warmImage is the program of a zygote's child: what init and python's process do
// of a run that starts from nothing.
func warmImage(plan *Plan, targets []string) ([]byte, []string, error) {
	b := &builder{plan: plan, warm: true, program: program{image: &image{}}}
	b.fds = descriptors{upper: warmUpper, named: [2]int{warmNamed, warmNamed + 1}, trees: map[string]int{}}
	for i, t := range targets {
		b.fds.trees[t] = warmTrees + i
	}
	b.add("leaving the zygote's namespaces", unix.SYS_UNSHARE,
		unix.CLONE_NEWNS|unix.CLONE_NEWNET|unix.CLONE_NEWIPC|unix.CLONE_NEWUTS|unix.CLONE_NEWCGROUP)
	b.enterRoot()
	if err := b.mainProgram(); err != nil {
		return nil, nil, err
	}
	var words []string
	for _, s := range b.steps {
		words = append(words, s.what)
	}
	return b.encode(), words, nil
}

func sendImage(control *os.File, image []byte, trees []*os.File) error {
	var fds []int
	for _, t := range trees {
		fds = append(fds, int(t.Fd()))
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(image)))
	conn, err := control.SyscallConn()
	if err != nil {
		return fmt.Errorf("sending the confinement: %w", err)
	}
	var sent error
	err = conn.Write(func(fd uintptr) bool {
		sent = unix.Sendmsg(int(fd), head, unix.UnixRights(fds...), nil, unix.MSG_NOSIGNAL)
		return sent != unix.EAGAIN
	})
	if err = errors.Join(err, sent); err == nil {
		_, err = control.Write(image)
	}
	if err != nil {
		return fmt.Errorf("sending the confinement: %w", err)
	}
	return nil
}

// Refused is the error of a child that could not make step number index.
func (p *Process) Refused(index, errno int) error {
	return p.stepError(reportMain, index, unix.Errno(errno))
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// lend opens what plan shows of the host and the zygote's root does not: as the
// zygote's user, in a copy of the host's mounts, by a process that does only that.
func (z *Zygote) lend(plan *Plan) (trees []*os.File, targets []string, err error) {
	var wanted []Mount
	for _, m := range plan.Mounts {
		if !m.fromHost() || m.Kind == MountBind && z.shown[m.Source] {
			continue
		}
		if m.Kind == MountOverlay && plan.User.Drop {
			tree, err := z.ownedTree(m.Source, plan.User)
			if err != nil {
				return trees, targets, err
			}
			if tree != nil {
				trees, targets = append(trees, tree), append(targets, m.Target)
				continue
			}
		}
		wanted = append(wanted, m)
	}
	picked, err := z.pick(plan, wanted)
	for _, m := range wanted[:len(picked)] {
		targets = append(targets, m.Target)
	}
	return append(trees, picked...), targets, err
}

// ownedTree is as the function of that name, with one namespace for all runs: to
// make one takes a process.
func (z *Zygote) ownedTree(folder string, u User) (*os.File, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.closed {
		return nil, errors.New("the zygote is closed")
	}
	if z.mapping == nil || z.mapped != u {
		ns, err := mappingNamespace(u)
		if err != nil {
			return nil, err
		}
		_ = closeOnce(z.mapping)
		z.mapping, z.mapped = ns, u
	}
	return ownedTree(folder, int(z.mapping.Fd()))
}

// pick makes detached copies of the mounts' sources.
func (z *Zygote) pick(plan *Plan, wanted []Mount) ([]*os.File, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("making a socket pair: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "trees"), os.NewFile(uintptr(pair[1]), "trees")
	defer ours.Close()
	defer theirs.Close()
	steps, err := z.runPicker(plan, wanted, pair[1])
	if err != nil {
		return nil, err
	}
	theirs.Close()
	buf, oob := make([]byte, 8), make([]byte, unix.CmsgSpace(4*len(wanted)))
	n, oobn, _, _, err := unix.Recvmsg(pair[0], buf, oob, unix.MSG_CMSG_CLOEXEC)
	if err != nil || n == 0 {
		return nil, fmt.Errorf("opening what the run sees of the host: %w", errors.Join(err, errors.New("the process that does it ended")))
	}
	if n == 8 { // the report of a step that failed
		value := binary.NativeEndian.Uint32(buf[4:])
		return nil, cannotStep(&StepError{Step: steps[value>>12], Errno: unix.Errno(value & 0xfff)})
	}
	return received(oob[:oobn])
}

// runPicker forks the process and waits for its end.
func (z *Zygote) runPicker(plan *Plan, wanted []Mount, socket int) (names []string, err error) {
	user, err := duplicate(z.proc.user) // the zygote may be closed meanwhile
	if err != nil {
		return nil, err
	}
	defer unix.Close(user)
	b := &builder{plan: plan}
	b.add("entering the zygote's user namespace", unix.SYS_SETNS, uintptr(user), unix.CLONE_NEWUSER)
	b.add("copying the host's mounts", unix.SYS_UNSHARE, unix.CLONE_NEWNS)
	// New descriptors are then below warmTrees, and named ones hide nothing needed.
	b.add("closing descriptors", unix.SYS_CLOSE_RANGE, 3, warmTrees-1, 0)
	var fds []int
	for i, m := range wanted {
		b.name(m.Source, b.pickUp(m), warmTrees+i)
		fds = append(fds, warmTrees+i)
	}
	socketFD, err := unix.FcntlInt(uintptr(socket), unix.F_DUPFD_CLOEXEC, warmTrees+len(wanted))
	if err != nil {
		return nil, fmt.Errorf("duplicating a descriptor: %w", err)
	}
	defer unix.Close(socketFD)
	b.send("handing over", socketFD, fds...)
	for _, s := range b.steps {
		names = append(names, s.what)
	}
	l := &launch{reportFD: uintptr(socketFD), single: true, init: calls(&b.program), keep: b.keep}
	pid, err := l.start()
	if err != nil {
		return nil, fmt.Errorf("forking: %w", err)
	}
	_, err = unix.Wait4(pid, nil, 0, nil)
	return names, err
}

// duplicate returns a descriptor of f's own, also while f is being closed elsewhere.
func duplicate(f *os.File) (fd int, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("duplicating a descriptor: %w", err)
	}
	var failed error
	err = conn.Control(func(open uintptr) { fd, failed = unix.FcntlInt(open, unix.F_DUPFD_CLOEXEC, 0) })
	if err = errors.Join(err, failed); err != nil {
		return 0, fmt.Errorf("duplicating a descriptor: %w", err)
	}
	return fd, nil
}
