package confine

import (
	"fmt"
	"strconv"
	"time"

	"github.com/interlock-run/interlock"
)

// Resource numbers of setrlimit(2), the same on amd64 and arm64.
const (
	rlimitCPU      = 0
	rlimitFsize    = 1
	rlimitData     = 2
	rlimitCore     = 4
	rlimitNproc    = 6
	rlimitNofile   = 7
	rlimitMemlock  = 8
	rlimitAS       = 9
	rlimitMsgqueue = 12
)

// groupPrefix starts the name of every control group; the process id of the
// supervisor follows.
const groupPrefix = "interlock-"

// libraries is address space for mapped files, where memory is held by rlimit.
const libraries = 1 << 30

// supervisor is the word for what this process itself holds.
const supervisor = "supervisor"

// limits fills in how each limit of the grant is held: in full by a control
// group or an own file system where the host has them, in a weaker form
// otherwise, which strict refuses. A limit that is not set is an error. Each
// limit has exactly one entry in p.Held, whatever the host.
func (p *Plan) limits(s Spec, h Host) error {
	r := s.Grant.Resources
	if err := allSet(r); err != nil {
		return err
	}
	p.hold("wall", r.Wall.String(), supervisor, "")
	p.cpu(s, h)
	p.memory(s, h)
	p.processes(s, h)
	p.rlimit("open_files", rlimitNofile, uint64(r.OpenFiles), uint64(r.OpenFiles))
	p.hold("open_files", strconv.Itoa(r.OpenFiles), "rlimit", "")
	p.rlimit("file", rlimitFsize, uint64(r.File), uint64(r.File))
	p.hold("file", Size(r.File), "rlimit", "")
	p.storage(s.Level, r)
	p.kept(r)
	p.rlimit("core", rlimitCore, 0, 0)
	p.rlimit("memlock", rlimitMemlock, 64<<10, 64<<10)
	p.rlimit("msgqueue", rlimitMsgqueue, 0, 0)
	if weak := p.Weaker(); r.Strict && len(weak) > 0 {
		return cannot("limits", "resources.strict is set, and this host can hold a limit only in a weaker form: "+weak[0],
			"give Interlock delegated control groups (see `interlock doctor`), or set resources.strict: false")
	}
	return nil
}

func (p *Plan) rlimit(name string, resource int, soft, hard uint64) {
	p.Rlimits = append(p.Rlimits, Rlimit{Name: name, Resource: resource, Soft: soft, Hard: hard})
}

func (p *Plan) hold(name, value, by, weaker string) {
	p.Held = append(p.Held, Held{Name: name, Value: value, By: by, Weaker: weaker})
}

func (p *Plan) cpu(s Spec, h Host) {
	limit := s.Grant.Resources.CPU
	seconds := uint64((limit + time.Second - 1) / time.Second)
	p.rlimit("cpu", rlimitCPU, seconds, seconds+1)
	if !h.Cgroup.has("cpu") {
		p.hold("cpu", limit.String(), "rlimit and supervisor", fmt.Sprintf("cpu %s holds at once for each process; for the whole run it is measured 20 times a second", limit))
		return
	}
	p.group(h, s.ID, "cpu", nil, nil)
	p.hold("cpu", limit.String(), h.Cgroup.Version.String(), "")
}

func (p *Plan) memory(s Spec, h Host) {
	bytes := s.Grant.Resources.Memory
	if !h.Cgroup.has("memory") {
		// Private memory by its own limit; shared mappings only count as address
		// space, which needs room for mapped libraries besides.
		p.rlimit("memory", rlimitData, uint64(bytes), uint64(bytes))
		p.rlimit("address_space", rlimitAS, uint64(bytes)+libraries, uint64(bytes)+libraries)
		weaker := fmt.Sprintf("memory %s holds at once for each process; for the whole run it is measured 20 times a second, so it can be exceeded for a moment", Size(bytes))
		if s.Level == interlock.Namespaces {
			weaker += "; what lies in the workspace and in " + shmFolder + " does not count, and is held by their own limits"
		}
		p.hold("memory", Size(bytes), "rlimit and supervisor", weaker)
		return
	}
	n := strconv.FormatInt(bytes, 10)
	if h.Cgroup.Version == CgroupV2 {
		p.group(h, s.ID, "memory", map[string]string{"memory.max": n}, map[string]string{"memory.swap.max": "0", "memory.oom.group": "1"})
	} else {
		p.group(h, s.ID, "memory", map[string]string{"memory.limit_in_bytes": n}, map[string]string{"memory.memsw.limit_in_bytes": n,
			// Version 1 counts what waits in network sockets apart, and without this not at all.
			"memory.kmem.tcp.limit_in_bytes": n})
	}
	p.hold("memory", Size(bytes), h.Cgroup.Version.String(), "")
}

// processes counts threads too, in every form: to the kernel both are tasks.
func (p *Plan) processes(s Spec, h Host) {
	n := s.Grant.Resources.Processes
	value := strconv.Itoa(n)
	tasks := uint64(n + s.Busy)
	if h.Cgroup.has("pids") {
		tasks *= 2 // the group counts, and tells when it refused
	}
	p.rlimit("processes", rlimitNproc, tasks, tasks)
	switch {
	case h.Cgroup.has("pids"):
		p.group(h, s.ID, "pids", map[string]string{"pids.max": strconv.Itoa(n + s.inits())}, nil)
		p.hold("processes", value, h.Cgroup.Version.String(), "")
	case s.Level == interlock.Namespaces:
		p.hold("processes", value, "rlimit in the run's user namespace", "")
	default:
		p.hold("processes", value, "rlimit", "processes and threads are counted for the user, not for the run")
	}
}

// storage is about what the run writes to folders of its own.
func (p *Plan) storage(l interlock.Level, r interlock.Resources) {
	if l == interlock.Namespaces {
		p.hold("workspace", Size(r.Workspace), "own file system", "")
		p.hold("inodes", strconv.Itoa(r.Inodes), "own file system", "")
		p.hold("shm", Size(r.Shm), "own file system", "")
		return
	}
	p.hold("workspace", Size(r.Workspace), supervisor, "workspace size is measured 20 times a second, so it can be exceeded for a moment")
	p.hold("inodes", strconv.Itoa(r.Inodes), supervisor, "the number of files is counted 20 times a second, so it can be exceeded for a moment")
	if l == interlock.Landlock {
		p.hold("shm", Size(r.Shm), "Landlock, which refuses all of /dev/shm", "")
		return
	}
	p.hold("shm", Size(r.Shm), "the memory limit", "the run uses the host's /dev/shm, which has no limit of the run's own")
}

// kept is what the supervisor passes on and keeps of what the run says.
func (p *Plan) kept(r interlock.Resources) {
	for _, l := range []struct{ name, value string }{
		{"output", Size(r.Output)}, {"stdout", Size(r.Stdout)}, {"stderr", Size(r.Stderr)}, {"line", Size(r.Line)},
		{"results", Size(r.Results)}, {"figures", strconv.Itoa(r.Figures)}, {"figure", Size(r.Figure)}, {"outputs", strconv.Itoa(r.Outputs)},
	} {
		p.hold(l.name, l.value, supervisor, "")
	}
}

// shmFolder is where POSIX shared memory lies.
const shmFolder = "/dev/shm"

// sharedMemory is a file system of the run's own, beside the workspace's, so
// that neither can use up the other.
func sharedMemory(r interlock.Resources) Mount {
	return Mount{Kind: MountTmpfs, Target: shmFolder, Writable: true, Data: fmt.Sprintf("size=%d,nr_inodes=%d,mode=700", r.Shm, r.Inodes+1)}
}

// group adds files to the control group of a controller. In version 2 all
// controllers share one group.
func (p *Plan) group(h Host, id, controller string, files, optional map[string]string) {
	parent := h.Cgroup.Dirs[controller]
	for i := range p.Groups {
		if p.Groups[i].Parent == parent {
			merge(p.Groups[i].Files, files)
			merge(p.Groups[i].Optional, optional)
			p.Groups[i].Controller += "," + controller
			return
		}
	}
	g := Group{Controller: controller, Parent: parent, Name: groupPrefix + id, Files: map[string]string{}, Optional: map[string]string{}}
	merge(g.Files, files)
	merge(g.Optional, optional)
	p.Groups = append(p.Groups, g)
}

func merge(into, from map[string]string) {
	for k, v := range from {
		into[k] = v
	}
}

func allSet(r interlock.Resources) error {
	for name, v := range map[string]int64{"wall": int64(r.Wall), "cpu": int64(r.CPU), "memory": r.Memory, "processes": int64(r.Processes),
		"open_files": int64(r.OpenFiles), "output": r.Output, "stdout": r.Stdout, "stderr": r.Stderr, "line": r.Line, "file": r.File,
		"workspace": r.Workspace, "inodes": int64(r.Inodes), "shm": r.Shm, "results": r.Results, "figures": int64(r.Figures),
		"figure": r.Figure, "outputs": int64(r.Outputs)} {
		if v <= 0 {
			return &interlock.Error{Kind: interlock.Configuration, Name: "limits", Code: interlock.ExitUsage,
				Message: fmt.Sprintf("the grant sets no limit for %s", name), Hint: "write resources." + name + " into the policy"}
		}
	}
	return nil
}

// Size prints bytes in the largest binary unit that divides them.
func Size(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for i < len(units)-1 && n >= 1024 && n%1024 == 0 {
		n, i = n/1024, i+1
	}
	return fmt.Sprintf("%d %s", n, units[i])
}

// inits is the number of Interlock's own processes in the run's control groups:
// its init. That of a zygote's child is its sibling and stays outside, and so does
// that of a run without a process namespace (see Process.attach).
func (s Spec) inits() int {
	if s.Warm || s.Level != interlock.Namespaces {
		return 0
	}
	return 1
}
