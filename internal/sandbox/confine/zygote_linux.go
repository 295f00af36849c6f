package confine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Zygote is a warm interpreter in namespaces of its own from which runs are
// copied. It holds capabilities there, runs no submitted code, and shows its
// children nothing that its plan does not. It is safe for concurrent use. Close
// ends it and all its children; it must be called.
//
//	Start ─▶ init ─ execve ─▶ zygote ─ loads libraries ─▶ ready
//	Spawn ─▶ fork in a new process namespace ─▶ a child without code or confinement
//	Process.Confine ─▶ the child makes its own root, and gives up what could undo it
//
// A child that the zygote forked is not the supervisor's own: how it ended is
// what the zygote, its parent, was told by the kernel.
type Zygote struct {
	proc    *Process
	control *net.UnixConn
	modules []string
	shown   map[string]bool // sources of the mounts of its root

	writing sync.Mutex
	mu      sync.Mutex // guards what follows
	next    int
	unborn  map[int]chan []*os.File
	members map[int]*warmMember
	gone    chan struct{} // closed when the zygote cannot be heard any more

	mapping  *os.File // a user namespace in which root is mapped
	mapped   User
	closed   bool
	sweeping sync.WaitGroup // control groups of children; none is added once closed is set
}

// ZygoteOrder says what a zygote loads and what its children's environment is.
type ZygoteOrder struct {
	Modules     []string          `json:"modules"`
	Environment map[string]string `json:"environment"`
}

type zygoteMessage struct {
	T       string   `json:"t"`
	Modules []string `json:"modules"`
	diedMessage
}

// StartZygote starts p's program as a zygote and returns once it is ready; it
// gives up after the timeout, or when ctx is done. f.Control is not used. own are folders that its root
// has beside its mounts, for children to show too.
func StartZygote(ctx context.Context, p *Plan, f Files, order ZygoteOrder, timeout time.Duration, own ...string) (*Zygote, error) {
	plan := *p
	plan.zygote, plan.Groups = true, nil
	ours, theirs, err := packetPair()
	if err != nil {
		return nil, err
	}
	f.Control = theirs
	z := &Zygote{control: ours, shown: map[string]bool{}, unborn: map[int]chan []*os.File{}, members: map[int]*warmMember{}, gone: make(chan struct{})}
	for _, m := range plan.Mounts {
		z.shown[m.Source] = m.Kind == MountBind && m.fromHost()
	}
	for _, dir := range own {
		z.shown[dir] = true
	}
	z.proc, err = Start(&plan, f)
	theirs.Close() // so that its end is heard
	if err != nil {
		return nil, errors.Join(err, ours.Close())
	}
	stop := context.AfterFunc(ctx, z.Kill)
	defer stop()
	if err := z.prepare(order, timeout); err != nil {
		close(z.gone)
		return nil, errors.Join(err, z.Close())
	}
	go z.listen()
	return z, nil
}

func packetPair() (*net.UnixConn, *os.File, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("making a socket pair: %w", err)
	}
	ours := os.NewFile(uintptr(pair[0]), "zygote")
	defer ours.Close()
	conn, err := net.FileConn(ours)
	unixConn, ok := conn.(*net.UnixConn)
	if err != nil || !ok {
		return nil, nil, errors.Join(fmt.Errorf("using a socket pair as %T: %w", conn, err), unix.Close(pair[1]))
	}
	return unixConn, os.NewFile(uintptr(pair[1]), "zygote"), nil
}

func (z *Zygote) prepare(order ZygoteOrder, timeout time.Duration) error {
	if err := z.say(order); err != nil {
		return err
	}
	_ = z.control.SetReadDeadline(time.Now().Add(timeout))
	m, _, err := z.hear()
	if err != nil || m.T != "ready" {
		z.proc.Kill()
		_, ended := z.proc.Wait()
		return errors.Join(fmt.Errorf("starting a warm interpreter: %w", err), ended)
	}
	z.modules = m.Modules
	return z.control.SetReadDeadline(time.Time{})
}

// Modules are the top-level modules that children have loaded already.
func (z *Zygote) Modules() []string { return z.modules }

// Gone is closed when the zygote has ended; its children have ended with it.
func (z *Zygote) Gone() <-chan struct{} { return z.gone }

// Kill ends the zygote and its children at once.
func (z *Zygote) Kill() { z.proc.Kill() }

// Close ends the zygote and its children. It is idempotent.
func (z *Zygote) Close() error {
	z.mu.Lock()
	z.closed = true
	mapping := z.mapping
	z.mu.Unlock()
	err := errors.Join(z.proc.Close(), ignoreClosed(z.control.Close()), closeOnce(mapping))
	z.sweeping.Wait()
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (z *Zygote) say(v any, fds ...int) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding a message to the zygote: %w", err)
	}
	z.writing.Lock()
	defer z.writing.Unlock()
	if _, _, err := z.control.WriteMsgUnix(body, unix.UnixRights(fds...), nil); err != nil {
		return fmt.Errorf("asking the zygote: %w", err)
	}
	return nil
}

// hear reads one message. Only one goroutine may.
func (z *Zygote) hear() (m zygoteMessage, files []*os.File, err error) {
	body, oob := make([]byte, 64<<10), make([]byte, unix.CmsgSpace(4*4))
	n, oobn, _, _, err := z.control.ReadMsgUnix(body, oob)
	if err != nil || n == 0 {
		return m, nil, errors.Join(errors.New("the zygote hung up"), err)
	}
	if files, err = received(oob[:oobn]); err != nil {
		return m, nil, err
	}
	if err := json.Unmarshal(body[:n], &m); err != nil {
		return m, files, fmt.Errorf("decoding a message of the zygote: %w", err)
	}
	return m, files, nil
}

func received(oob []byte) (files []*os.File, err error) {
	if len(oob) == 0 {
		return nil, nil
	}
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, fmt.Errorf("receiving descriptors: %w", err)
	}
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			return files, fmt.Errorf("receiving descriptors: %w", err)
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			_ = unix.SetNonblock(fd, true) // so that the runtime can wait for it
			files = append(files, os.NewFile(uintptr(fd), "received"))
		}
	}
	return files, nil
}

// listen hands the zygote's messages to whom they are for until it ends.
func (z *Zygote) listen() {
	defer close(z.gone)
	for {
		m, files, err := z.hear()
		if err != nil {
			return
		}
		z.mu.Lock()
		born, member := z.unborn[m.ID], z.members[m.ID]
		switch {
		case m.T == "born" && born != nil:
			delete(z.unborn, m.ID)
			born <- files
			files = nil
		case m.T == "died" && member != nil:
			delete(z.members, m.ID)
			member.died <- m.diedMessage
		}
		z.mu.Unlock()
		for _, f := range files {
			f.Close()
		}
	}
}
