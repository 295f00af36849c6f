package sandbox

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

func signalName(n int) string { return unix.SignalName(syscall.Signal(n)) }

// busy counts the processes and threads that the run's user has already, where
// the kernel counts them against the run: at levels without a user namespace.
func busy(h confine.Host) int {
	if h.UID == 0 && h.RunUID != 0 {
		return 0 // runs have a user of their own
	}
	total := 0
	dirs, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, name := range dirs {
		b, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		uid, threads := 0, 0
		for _, line := range strings.Split(string(b), "\n") {
			f := strings.Fields(line)
			if len(f) < 2 {
				continue
			}
			switch f[0] {
			case "Uid:":
				uid, _ = strconv.Atoi(f[1])
			case "Threads:":
				threads, _ = strconv.Atoi(f[1])
			}
		}
		if uid == h.UID {
			total += threads
		}
	}
	return total
}

var _ interlock.Sandbox = (*Sandbox)(nil)
