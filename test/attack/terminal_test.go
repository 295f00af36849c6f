//go:build linux

package attack

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// onTerminal runs cmd on a pseudo-terminal of its own, as a person's shell would.
func onTerminal(t *testing.T, h *host, cmd *exec.Cmd) (o outcome) {
	t.Helper()
	outer, inner := terminal(t)
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

// terminal returns both ends of a pseudo-terminal: what is written to the second
// is read from the first.
func terminal(t *testing.T) (*os.File, *os.File) {
	t.Helper()
	outer, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(outer.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(outer.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	// Without a reader of lines, what is typed waits as bytes, to be counted.
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
