package confine

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// What waits in sockets is memory of the kernel's that belongs to no process: no
// rlimit sees it, and a run of a few hundred pairs holds gigabytes. Where no control
// group counts, it is read from the sockets themselves, and what cannot be read
// (a connection that nobody has accepted yet, a socket that is on its way in a
// message) counts as what the kernel lets a socket hold by default.

// unseenSocket is net.core.wmem_default as kernels ship it.
const unseenSocket = 212992

// sockets returns the bytes that wait in the run's sockets; ceiling is Usage's.
func (p *Process) sockets(pids []int, ceiling int64) int64 {
	seen, sum := map[string]bool{}, int64(0)
	for _, pid := range pids {
		sum += heldBy(pid, seen)
	}
	if p.plan.Level != interlock.Namespaces || len(pids) == 0 {
		return sum // the network is the host's, and the run makes only pairs
	}
	dir := fmt.Sprintf("/proc/%d/net", pids[0])
	bytes, rows := queued(dir, ceiling/4, seen)
	unseen := keyed(dir, "sockstat", "sockets:") - int64(len(seen)+rows)
	return sum + bytes + max(0, unseen-ownSockets)*unseenSocket
}

// Queued returns the bytes that wait in the run's TCP connections, or 0 where those
// of the whole host are less than floor. A control group does not count them all: a
// connection is nobody's until it has been accepted. What the kernel has for TCP is
// one for all network namespaces, so who uses that up takes it from the host.
func (p *Process) Queued(floor int64) int64 {
	pids := p.members()
	if p.plan.Level != interlock.Namespaces || len(pids) < 2 {
		return 0
	}
	bytes, _ := queued(fmt.Sprintf("/proc/%d/net", pids[0]), floor, nil)
	return bytes
}

// ownSockets are the kernel's own of a network namespace, and those through which
// the supervisor serves it.
const ownSockets = 32

// heldBy adds up what waits in the sockets that a process has open, each once.
func heldBy(pid int, seen map[string]bool) (sum int64) {
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	process := -1
	defer func() { _ = unix.Close(process) }()
	for _, fd := range fds {
		name, err := os.Readlink(fd)
		if err != nil || !strings.HasPrefix(name, "socket:") || seen[name] {
			continue
		}
		seen[name] = true
		if process < 0 {
			process, _ = unix.PidfdOpen(pid, 0)
		}
		number, _ := strconv.Atoi(filepath.Base(fd))
		sum += waiting(process, number)
	}
	return sum
}

// waiting is what waits in one socket of a process: SO_MEMINFO of socket(7).
func waiting(process, number int) int64 {
	fd, err := unix.PidfdGetfd(process, number, 0)
	if err != nil {
		return unseenSocket
	}
	defer unix.Close(fd)
	var info [9]uint32 // SK_MEMINFO_VARS of linux/sock_diag.h
	size := uint32(4 * len(info))
	if _, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_MEMINFO, address(&info), address(&size), 0); errno != 0 {
		return unseenSocket
	}
	const received, allocated, queued, backlog = 0, 2, 5, 7
	return int64(info[received]) + int64(max(info[allocated], info[queued])) + int64(info[backlog])
}

// queued adds up the queues of TCP, as /proc/net in dir tells, for the connections
// that are not in seen, and says how many those are. The tables are read only where
// the host's connections together hold floor: each takes milliseconds.
func queued(dir string, floor int64, seen map[string]bool) (sum int64, rows int) {
	if hostTCP(dir) < floor {
		return 0, 0
	}
	for _, table := range []string{"tcp", "tcp6"} {
		bytes, n := queues(dir+"/"+table, seen)
		sum, rows = sum+bytes, rows+n
	}
	return sum, rows
}

// hostTCP returns the bytes that TCP holds in all network namespaces together.
func hostTCP(dir string) int64 {
	b, _ := os.ReadFile(dir + "/sockstat")
	_, line, _ := strings.Cut(string(b), "\nTCP:")
	line, _, _ = strings.Cut(line, "\n")
	_, pages, _ := strings.Cut(line, " mem ")
	n, _ := strconv.ParseInt(pages, 10, 64)
	return n * int64(os.Getpagesize())
}

func queues(table string, seen map[string]bool) (sum int64, rows int) {
	f, err := os.Open(table)
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	const queues, inode = 4, 9 // fields of a row
	for lines := bufio.NewScanner(f); lines.Scan(); {
		row := strings.Fields(lines.Text())
		if len(row) <= inode || seen["socket:["+row[inode]+"]"] {
			continue
		}
		tx, rx, ok := strings.Cut(row[queues], ":")
		if !ok {
			continue // the heading
		}
		rows++
		for _, hex := range []string{tx, rx} {
			n, _ := strconv.ParseInt(hex, 16, 64)
			sum += n
		}
	}
	return sum, rows
}
