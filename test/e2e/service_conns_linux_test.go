package e2e

import (
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestTwoUsersDoNotShutTheOthersOut (N6, P17): two users who take every connection to the
// daemon that they can get, and begin a request on each, keep neither a third from turning
// writes off nor the operator from turning them on.
func TestTwoUsersDoNotShutTheOthersOut(t *testing.T) {
	s := serviceOf(t, "execution_control: {epics: {writes_enabled: true}}\n", "")
	const each = 700 // more than half of what there is
	for _, uid := range []int{annUID, eveUID} {
		conns, err := connect(uid, s.socket, each)
		t.Cleanup(func() {
			for _, fd := range conns {
				syscall.Close(fd)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if out, _ := s.does(bobUID, 0, s.at("writes", "off", "--reason", "smoke")...); !strings.HasPrefix(out, "writes are off") {
		t.Error(out)
	}
	if out, _ := s.does(os.Getuid(), 0, s.at("writes", "on", "--reason", "toast")...); !strings.HasPrefix(out, "writes are on") {
		t.Error(out)
	}
	if _, said := s.does(annUID, 6, s.at("writes", "status")...); !strings.Contains(said, "too many connections") {
		t.Error(said)
	}
}

// connect makes connections as a user, and begins a request on each that its server takes.
func connect(uid int, socket string, n int) (conns []int, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocks it: it ends with this goroutine, and with it whom it was
		if _, _, fault := syscall.RawSyscall(syscall.SYS_SETRESUID, ^uintptr(0), uintptr(uid), ^uintptr(0)); fault != 0 {
			err = fault
			return
		}
		for range n {
			fd, failed := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
			if failed == nil {
				conns = append(conns, fd)
				failed = syscall.Connect(fd, &syscall.SockaddrUnix{Name: socket})
			}
			if failed != nil {
				err = failed
				return
			}
			_, _ = syscall.Write(fd, []byte("POST /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")) // one that was closed takes nothing
		}
	}()
	<-done
	return conns, err
}
