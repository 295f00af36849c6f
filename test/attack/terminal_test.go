//go:build linux

package attack

import (
	"bytes"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock/test/hosttest"
)

// onTerminal runs cmd on a pseudo-terminal of its own, as a person's shell would.
func onTerminal(t *testing.T, h *host, cmd *exec.Cmd) (o outcome) {
	t.Helper()
	outer, inner := rawTerminal(t)
	defer outer.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = inner, inner, inner
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid, cmd.SysProcAttr.Setctty = true, true
	shown := make(chan []byte)
	go func() {
		var b bytes.Buffer
		_, _ = b.ReadFrom(outer) // ends with an error when the last writer has gone
		shown <- b.Bytes()
	}()
	h.start(t, cmd)
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	h.wait(cmd)
	late.Stop()
	waiting, err := unix.IoctlGetInt(int(inner.Fd()), unix.TIOCINQ)
	o.typed = err == nil && waiting > 0
	o = h.ended(cmd, o)
	inner.Close()
	o.all = <-shown
	o.stdout = o.all
	text := bytes.ReplaceAll(o.all, []byte("\r\n"), []byte("\n")) // the terminal's own
	o.raw = bytes.ContainsAny(text, "\x00\x07\x08\x0b\x0c\x0d\x0e\x0f\x1b\x7f\u0085\u009b\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2069")
	return o
}

// rawTerminal is a terminal without a reader of lines: what is typed waits as bytes, to
// be counted.
func rawTerminal(t *testing.T) (*os.File, *os.File) {
	t.Helper()
	outer, inner := hosttest.Terminal(t)
	attr, err := unix.IoctlGetTermios(int(inner.Fd()), unix.TCGETS)
	if err == nil {
		attr.Lflag &^= unix.ICANON | unix.ECHO
		err = unix.IoctlSetTermios(int(inner.Fd()), unix.TCSETS, attr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return outer, inner
}
