package confine

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// names keeps the words of the steps for the error of a failed one.
func (p *Process) names(steps []step, first int) {
	for i, s := range steps {
		if i < first {
			p.initSteps = append(p.initSteps, s.what)
		} else {
			p.mainSteps = append(p.mainSteps, s.what)
		}
	}
	p.initSteps = append(p.initSteps, "forking the interpreter")
	p.mainSteps = append(p.mainSteps, "executing "+p.plan.Exec.Path)
}

// readReports reads what init and python's process report until both have
// closed the pipe. Only Interlock's own code ever holds its other end.
func (p *Process) readReports() {
	defer close(p.reports)
	p.ended.Started = true
	var buf [8]byte
	ended := false
	for !ended {
		if _, err := io.ReadFull(p.report, buf[:]); err != nil {
			break
		}
		kind, value := binary.NativeEndian.Uint32(buf[:4]), binary.NativeEndian.Uint32(buf[4:])
		if kind == reportExit {
			p.status(syscall.WaitStatus(value))
			ended = true
			continue
		}
		p.ended.Started = false
		p.err = p.stepError(kind, int(value>>12), syscall.Errno(value&0xfff))
		return
	}
	if !ended { // init was killed, and python with it
		p.ended.Code, p.ended.Signal = 128+int(unix.SIGKILL), int(unix.SIGKILL)
	}
}

func (p *Process) status(s syscall.WaitStatus) {
	p.ended.Code = s.ExitStatus()
	if s.Signaled() {
		p.ended.Signal = int(s.Signal())
		p.ended.Code = 128 + p.ended.Signal
	}
}

// StepError says which step of a confinement the kernel refused.
type StepError struct {
	Step  string
	Errno syscall.Errno
}

func (e *StepError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Errno) }

// Unwrap returns the errno.
func (e *StepError) Unwrap() error { return e.Errno }

func (p *Process) stepError(kind uint32, index int, errno syscall.Errno) error {
	names := p.initSteps
	if kind == reportMain {
		names = p.mainSteps
	}
	what := "confining the run"
	if index < len(names) {
		what = names[index]
	}
	return cannotStep(&StepError{Step: what, Errno: errno})
}

func cannotStep(e *StepError) error {
	out := cannot("confinement", "the run could not be confined, so nothing ran", "")
	out.Err = e
	out.RetryRun = e.Errno == unix.EAGAIN || e.Errno == unix.ENOMEM || e.Errno == unix.ENOSPC
	return out
}

// Workspace returns the run's writable folder as the kernel holds it after the
// run, and its shared memory: nil where the run has none of its own.
func (p *Process) Workspace() (dir, shm *os.File, err error) {
	if p.plan.Level != interlock.Namespaces {
		return nil, nil, nil
	}
	oob, err := p.message()
	if err != nil {
		return nil, nil, fmt.Errorf("receiving the workspace: %w", err)
	}
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(msgs) != 1 {
		return nil, nil, fmt.Errorf("receiving the workspace: no descriptor (%w)", err)
	}
	fds, err := unix.ParseUnixRights(&msgs[0])
	if err != nil || len(fds) != 2 {
		return nil, nil, fmt.Errorf("receiving the workspace: %d descriptors (%w)", len(fds), err)
	}
	return os.NewFile(uintptr(fds[0]), "workspace"), os.NewFile(uintptr(fds[1]), "shm"), nil
}
