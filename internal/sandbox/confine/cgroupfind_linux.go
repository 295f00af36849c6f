package confine

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const cgroupRoot = "/sys/fs/cgroup"

// findCgroup looks for control groups that this user may make children of: in
// version 1 below its own group of each controller, in version 2 in the nearest
// writable group above that has no processes of its own and the controllers.
func findCgroup() Cgroup {
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return Cgroup{}
	}
	return findCgroupIn(cgroupRoot, string(b), func(dir string) bool { return unix.Access(dir, unix.W_OK) == nil })
}

func findCgroupIn(root, membership string, writable func(string) bool) Cgroup {
	v1 := map[string]string{}
	unified := ""
	for _, line := range strings.Split(strings.TrimSpace(membership), "\n") {
		part := strings.SplitN(line, ":", 3)
		if len(part) != 3 {
			continue
		}
		if part[0] == "0" {
			unified = part[2]
		}
		for _, c := range strings.Split(part[1], ",") {
			v1[c] = part[2]
		}
	}
	if c := findV2(root, unified, writable); c.Version != NoCgroup {
		return c
	}
	dirs := map[string]string{}
	for name, controller := range map[string]string{"memory": "memory", "pids": "pids", "cpu": "cpuacct"} {
		dir := filepath.Join(root, controller, v1[controller])
		if v1[controller] != "" && writable(dir) {
			dirs[name] = dir
		}
	}
	if len(dirs) == 0 {
		return Cgroup{}
	}
	return Cgroup{Version: CgroupV1, Dirs: dirs}
}

func findV2(root, own string, writable func(string) bool) Cgroup {
	if own == "" {
		return Cgroup{}
	}
	for dir := filepath.Join(root, own); strings.HasPrefix(dir, root) && writable(dir); dir = filepath.Dir(dir) {
		dirs := map[string]string{}
		for name, controller := range map[string]string{"memory": "memory", "pids": "pids", "cpu": "cpu"} {
			if enabled(dir, controller) {
				dirs[name] = dir
			}
		}
		if len(dirs) > 0 && writable(filepath.Join(dir, "cgroup.procs")) {
			return Cgroup{Version: CgroupV2, Dirs: dirs}
		}
	}
	return Cgroup{}
}

// enabled reports whether children of dir have the controller: it was delegated
// to them, or can be because dir has no processes itself.
func enabled(dir, controller string) bool {
	read := func(name string) []string {
		b, _ := os.ReadFile(filepath.Join(dir, name))
		return strings.Fields(string(b))
	}
	has := func(list []string) bool {
		for _, c := range list {
			if c == controller {
				return true
			}
		}
		return false
	}
	if has(read("cgroup.subtree_control")) {
		return true
	}
	if !has(read("cgroup.controllers")) || len(read("cgroup.procs")) > 0 {
		return false
	}
	return os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+controller), 0) == nil
}
