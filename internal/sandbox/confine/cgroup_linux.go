package confine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// groups are the control groups of one run.
type groups []string // their folders

// join makes the groups, sets their limits and puts the processes into them. The
// groups that were made are returned also with an error.
func join(plan []Group, pids []int) (groups, error) {
	var made groups
	for _, g := range plan {
		sweep(g.Parent)
		dir := filepath.Join(g.Parent, g.Name)
		err := os.Mkdir(dir, 0o755)
		if err == nil {
			made = append(made, dir)
			err = g.fill(dir)
		}
		for _, pid := range pids {
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0)
			}
		}
		if err != nil {
			return made, fmt.Errorf("setting up control group %s: %w", g.Controller, err)
		}
	}
	return made, nil
}

// sweep removes groups of supervisors that were killed: their name tells whose
// they are, and the kernel refuses where a process is left in one.
func sweep(parent string) {
	left, _ := filepath.Glob(filepath.Join(parent, groupPrefix+"*"))
	for _, dir := range left {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), groupPrefix), "-")
		if pid, err := strconv.Atoi(owner); err == nil && unix.Kill(pid, 0) == unix.ESRCH {
			_ = unix.Rmdir(dir)
		}
	}
}

func (g Group) fill(dir string) error {
	for name, value := range g.Files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(value), 0); err != nil {
			return err
		}
	}
	for name, value := range g.Optional {
		err := os.WriteFile(filepath.Join(dir, name), []byte(value), 0)
		if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) {
			return err
		}
	}
	return nil
}

// remove deletes the groups; the kernel may need a moment after the last
// process is gone.
func (g groups) remove() {
	for _, dir := range g {
		for wait := time.Millisecond; wait < time.Second; wait *= 2 {
			if err := unix.Rmdir(dir); err != unix.EBUSY {
				break
			}
			time.Sleep(wait)
		}
	}
}

// kill ends all processes of the groups: by the kernel where it can (version 2),
// else one by one until none is listed. It finds those too that have lost their reaper.
func (g groups) kill() {
	for _, dir := range g {
		if os.WriteFile(filepath.Join(dir, "cgroup.kill"), []byte("1"), 0) == nil {
			continue
		}
		for until := time.Now().Add(killTime); time.Now().Before(until); time.Sleep(time.Millisecond) {
			b, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
			left := pids(strings.Fields(string(b)))
			for _, pid := range left {
				if pid > 0 { // 0 stands for a process of another namespace
					unix.Kill(pid, unix.SIGKILL)
				}
			}
			if len(left) == 0 {
				break
			}
		}
	}
}

// counts reads the groups' events. Files that a version lacks count nothing.
func (g groups) counts() Counts {
	var c Counts
	for _, dir := range g {
		c.OOMKills += keyed(dir, "memory.oom_control", "oom_kill") + keyed(dir, "memory.events", "oom_kill")
		c.PidsMax += keyed(dir, "pids.events", "max")
		c.CPU += time.Duration(keyed(dir, "cpuacct.usage", "")) + time.Duration(keyed(dir, "cpu.stat", "usage_usec"))*time.Microsecond
		c.MaxMemory = max(c.MaxMemory, keyed(dir, "memory.max_usage_in_bytes", ""), keyed(dir, "memory.peak", ""))
	}
	return c
}

// keyed reads the number after key in a flat keyed file, or the only number
// where key is empty.
func keyed(dir, name, key string) int64 {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(b), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || key != "" && (fields[0] != key || len(fields) < 2) {
			continue
		}
		n, _ := strconv.ParseInt(fields[min(1, len(fields)-1)], 10, 64)
		return n
	}
	return 0
}

// killTime bounds how long groups.kill and killTree try: what it cannot end by then hangs in the kernel.
const killTime = 10 * time.Second

// killTree kills every descendant of pid until none is left. It serves where no
// process namespace does: orphans of the run come back to pid, its reaper. It is
// over when pid has no child at all, the dead included: while one process of a tree
// dies another may have been handed on unseen, but to pid in the end.
func killTree(pid int) {
	for until := time.Now().Add(killTime); time.Now().Before(until); time.Sleep(time.Millisecond) {
		for _, c := range descendants(pid) {
			unix.Kill(c, unix.SIGKILL)
		}
		if len(children(pid)) == 0 {
			return
		}
	}
}

// descendants are the living processes below pid.
func descendants(pid int) (out []int) {
	for _, c := range children(pid) {
		if !zombie(c) {
			out = append(append(out, c), descendants(c)...)
		}
	}
	return out
}

// children asks the kernel for the children of each thread of pid. Where it does not
// tell (built without CONFIG_PROC_CHILDREN; a run's init, whose memory is closed to
// others, where /proc is mounted with hidepid), they are found by the parent they name.
func children(pid int) (out []int) {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range tasks {
		b, missing := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		err = errors.Join(err, missing)
		out = append(out, pids(strings.Fields(string(b)))...)
	}
	if err != nil {
		return childrenByParent(pid)
	}
	return out
}

func childrenByParent(pid int) (out []int) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		for _, c := range pids([]string{e.Name()}) {
			if f := statFields(c); len(f) > 1 && f[1] == strconv.Itoa(pid) {
				out = append(out, c)
			}
		}
	}
	return out
}

func pids(words []string) (out []int) {
	for _, w := range words {
		if n, err := strconv.Atoi(w); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// zombie reports whether pid has ended, or is not to be seen.
func zombie(pid int) bool {
	f := statFields(pid)
	return len(f) == 0 || f[0] == "Z"
}

// statFields are the fields of proc(5) stat from the third, the state, on. The
// second is a name that the process chose, so only its last ") " ends it.
func statFields(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[bytes.LastIndex(b, []byte(") "))+1:]))
}
