package confine

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// What waits in sockets is memory of the kernel's that belongs to no process: no
// rlimit sees it, and a run of a few hundred pairs holds gigabytes. Where no control
// group counts, it is read from the sockets themselves, and what cannot be read
// (a connection that nobody has accepted yet, a socket that is on its way in a
// message) counts as the most that a socket may hold. At level landlock the second
// kind is not seen: the kernel bounds it to as many as a process may have files, and
// the filter keeps each to its ordinary size.

// ordinarySocket is net.core.wmem_default as kernels ship it.
const ordinarySocket = 212992

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
	unseen := sockstat(dir, "sockets:", "used") - int64(len(seen)+rows)
	return sum + bytes + max(0, unseen-p.ownSockets())*mostOfSocket()
}

// mostOfSocket is what a socket can hold when its buffer is made as large as it may
// be: socket(7) says that the kernel doubles what is asked for.
func mostOfSocket() int64 {
	return max(ordinarySocket, 2*keyed("/proc/sys/net/core", "wmem_max", ""))
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

// ownSockets are those of a network namespace that are not the run's: the kernel's,
// and where doors lead out of it the supervisor's, which are at most so many (see
// the bounds of gateway and forwarder).
func (p *Process) ownSockets() int64 {
	if n := p.plan.Network; n == nil || len(n.Listen)+len(n.Doors) == 0 {
		return 32
	}
	return 448
}

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
		return ordinarySocket
	}
	defer unix.Close(fd)
	var info [9]uint32 // SK_MEMINFO_VARS of linux/sock_diag.h
	size := uint32(4 * len(info))
	if _, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_MEMINFO, address(&info), address(&size), 0); errno != 0 {
		return ordinarySocket
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
func hostTCP(dir string) int64 { return sockstat(dir, "TCP:", "mem") * int64(os.Getpagesize()) }

// sockstat reads the number after key in one line of /proc/net/sockstat.
func sockstat(dir, line, key string) int64 {
	b, _ := os.ReadFile(dir + "/sockstat")
	for l := range strings.SplitSeq(string(b), "\n") {
		fields := strings.Fields(l)
		if i := slices.Index(fields, key); len(fields) > 0 && fields[0] == line && i > 0 && i+1 < len(fields) {
			n, _ := strconv.ParseInt(fields[i+1], 10, 64)
			return n
		}
	}
	return 0
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
