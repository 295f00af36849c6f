package confine

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// Usage is what a run uses at the moment, read from the kernel's process table.
// It serves where no control group counts.
type Usage struct {
	CPU    time.Duration // of all processes, also those that have ended
	Memory int64         // bytes; pages that processes share count once, and what waits in sockets
}

// Usage reads the run's processes. ceiling saves the exact and slow reading of
// memory while a quick upper bound stays below it.
func (p *Process) Usage(ceiling int64) (u Usage) {
	p.asRun(func() { u = p.usage(p.members(), ceiling) })
	return u
}

func (p *Process) usage(pids []int, ceiling int64) (u Usage) {
	var bound int64
	for _, pid := range pids {
		u.CPU += cpuTime(pid)
		bound += status(pid, "RssAnon:") + status(pid, "RssShmem:")
	}
	kernel := p.sockets(pids[:len(pids)-1], ceiling) // init has none of the run's
	if u.Memory = bound + kernel; u.Memory <= ceiling {
		return u
	}
	u.Memory = kernel
	for _, pid := range pids[:len(pids)-1] { // not init, which is a copy of this process
		u.Memory += shared(pid)
	}
	return u
}

// shared is the memory of one process with its share of what others map too, and
// the whole of that where the kernel does not tell.
func shared(pid int) int64 {
	dir := fmt.Sprintf("/proc/%d", pid)
	f, err := os.Open(dir + "/smaps_rollup")
	if err != nil {
		return status(pid, "RssAnon:") + status(pid, "RssShmem:")
	}
	_ = f.Close()
	return keyed(dir, "smaps_rollup", "Pss_Anon:")<<10 + keyed(dir, "smaps_rollup", "Pss_Shmem:")<<10
}

// asRun calls look with the file-system ids of the run where it is another user
// than this process: by these the kernel decides who may look into a process
// (ptrace(2), PTRACE_MODE_FSCREDS), and the root of a container has no capability
// that stands in for them. They are the thread's own, and root may always go back.
func (p *Process) asRun(look func()) {
	u := p.plan.User
	if !u.Drop || p.plan.Level == interlock.Namespaces {
		look()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if gid, err := unix.SetfsgidRetGid(u.Inner); err == nil {
		defer func() { _, _ = unix.SetfsgidRetGid(gid) }()
	}
	if uid, err := unix.SetfsuidRetUid(u.Inner); err == nil {
		defer func() { _, _ = unix.SetfsuidRetUid(uid) }()
	}
	look()
}

// members are the processes of the run, its init last.
func (p *Process) members() []int {
	if p.warm == nil {
		return append(descendants(p.pid), p.pid)
	}
	// A zygote's child is not its init's, but its orphans become that.
	pids := append(descendants(p.warm.main), p.warm.main)
	return append(append(pids, descendants(p.warm.initPID)...), p.warm.initPID)
}

// Unlinked adds up the files below dir that have no name any more and that the
// run's processes hold open or map. How large a file is that is only mapped, the
// kernel tells the privileged alone; to others it counts as largest, in bytes.
func (p *Process) Unlinked(dir string, largest int64) (sum int64) {
	p.asRun(func() {
		seen := map[uint64]bool{}
		for _, pid := range p.members() {
			sum += unlinkedOpen(pid, dir, seen)
		}
		for _, pid := range p.members() {
			sum += unlinkedMapped(pid, dir, largest, seen)
		}
	})
	return sum
}

// unlinkedOpen are the files that descriptors of pid hold and that seen, by inode,
// does not have yet.
func unlinkedOpen(pid int, dir string, seen map[uint64]bool) (sum int64) {
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, fd := range fds {
		name, err := os.Readlink(fd)
		var st unix.Stat_t
		if err == nil && unlinkedIn(dir, name) && unix.Stat(fd, &st) == nil && !seen[st.Ino] {
			seen[st.Ino] = true
			sum += st.Blocks * 512
		}
	}
	return sum
}

// unlinkedMapped are those that only mappings hold, from proc(5) maps: range, rights,
// offset, device, inode, name.
func unlinkedMapped(pid int, dir string, largest int64, seen map[uint64]bool) (sum int64) {
	maps, _ := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	for line := range strings.Lines(string(maps)) {
		f := strings.Fields(line)
		if len(f) < 6 || !unlinkedIn(dir, strings.Join(f[5:], " ")) {
			continue
		}
		inode, _ := strconv.ParseUint(f[4], 10, 64)
		if seen[inode] {
			continue
		}
		seen[inode] = true
		var st unix.Stat_t
		if unix.Stat(fmt.Sprintf("/proc/%d/map_files/%s", pid, f[0]), &st) == nil {
			sum += st.Blocks * 512
		} else {
			sum += largest
		}
	}
	return sum
}

func unlinkedIn(dir, name string) bool {
	return strings.HasPrefix(name, dir) && strings.HasSuffix(name, " (deleted)")
}

// tick is the unit of /proc/PID/stat: USER_HZ is 100 on every architecture here.
const tick = 10 * time.Millisecond

// cpuTime adds utime, stime, cutime and cstime, fields 14 to 17 of proc(5) stat.
func cpuTime(pid int) time.Duration {
	f := statFields(pid)
	if len(f) < 15 {
		return 0
	}
	var sum time.Duration
	for _, s := range f[11:15] {
		n, _ := strconv.ParseInt(s, 10, 64)
		sum += time.Duration(n) * tick
	}
	return sum
}

func status(pid int, key string) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(b), "\n"+key)
	if !ok {
		return 0
	}
	f := strings.Fields(rest)
	if len(f) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(f[0], 10, 64)
	return n << 10
}
