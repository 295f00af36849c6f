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

// limits fills in how each limit of the grant is held: in full by a control
// group or an own file system where the host has them, in a weaker form
// otherwise, which strict refuses. A limit that is not set is an error.
func (p *Plan) limits(s Spec, h Host) error {
	r := s.Grant.Resources
	if err := allSet(r); err != nil {
		return err
	}
	rlimit := func(name string, resource int, soft, hard uint64) {
		p.Rlimits = append(p.Rlimits, Rlimit{Name: name, Resource: resource, Soft: soft, Hard: hard})
	}
	hold := func(name, value, by, weaker string) {
		p.Held = append(p.Held, Held{Name: name, Value: value, By: by, Weaker: weaker})
	}
	own := s.Level == interlock.Namespaces

	hold("wall", r.Wall.String(), "supervisor", "")
	seconds := uint64((r.CPU + time.Second - 1) / time.Second)
	rlimit("cpu", rlimitCPU, seconds, seconds+1)
	if h.Cgroup.has("cpu") {
		p.group(h, s.ID, "cpu", nil, nil)
		hold("cpu", r.CPU.String(), h.Cgroup.Version.String(), "")
	} else {
		hold("cpu", r.CPU.String(), "rlimit and supervisor", fmt.Sprintf("cpu %s holds at once for each process; for the whole run it is measured 20 times a second", r.CPU))
	}
	p.memory(s, h, hold, rlimit)
	nproc := uint64(r.Processes + s.Busy)
	if h.Cgroup.has("pids") {
		nproc *= 2 // the group counts, and tells when it refused
	}
	rlimit("processes", rlimitNproc, nproc, nproc)
	switch {
	case h.Cgroup.has("pids"):
		p.group(h, s.ID, "pids", map[string]string{"pids.max": strconv.Itoa(r.Processes + 1)}, nil) // and init
		hold("processes", strconv.Itoa(r.Processes), h.Cgroup.Version.String(), "")
	case own:
		hold("processes", strconv.Itoa(r.Processes), "rlimit in the run's user namespace", "")
	default:
		hold("processes", strconv.Itoa(r.Processes), "rlimit", "processes are counted for the user, not for the run")
	}
	rlimit("open_files", rlimitNofile, uint64(r.OpenFiles), uint64(r.OpenFiles))
	hold("open_files", strconv.Itoa(r.OpenFiles), "rlimit", "")
	hold("output", Size(r.Output), "supervisor", "")
	rlimit("file", rlimitFsize, uint64(r.File), uint64(r.File))
	hold("file", Size(r.File), "rlimit", "")
	if own {
		hold("workspace", Size(r.Workspace), "own file system", "")
		hold("inodes", strconv.Itoa(r.Inodes), "own file system", "")
	} else {
		hold("workspace", Size(r.Workspace), "supervisor", "workspace size is measured 20 times a second, so it can be exceeded for a moment")
		hold("inodes", strconv.Itoa(r.Inodes), "supervisor", "the number of files is counted 20 times a second, so it can be exceeded for a moment")
	}
	rlimit("core", rlimitCore, 0, 0)
	rlimit("memlock", rlimitMemlock, 64<<10, 64<<10)
	rlimit("msgqueue", rlimitMsgqueue, 0, 0)
	if weak := p.Weaker(); r.Strict && len(weak) > 0 {
		return cannot("limits", "resources.strict is set, and this host can hold a limit only in a weaker form: "+weak[0],
			"give Interlock delegated control groups (see `interlock doctor`), or set resources.strict: false")
	}
	return nil
}

func (p *Plan) memory(s Spec, h Host, hold func(name, value, by, weaker string), rlimit func(string, int, uint64, uint64)) {
	bytes := s.Grant.Resources.Memory
	if !h.Cgroup.has("memory") {
		// Private memory by its own limit; shared mappings only count as address
		// space, which needs room for mapped libraries besides.
		rlimit("memory", rlimitData, uint64(bytes), uint64(bytes))
		rlimit("address_space", rlimitAS, uint64(bytes)+libraries, uint64(bytes)+libraries)
		hold("memory", Size(bytes), "rlimit and supervisor", fmt.Sprintf("memory %s holds at once for each process; for the whole run it is measured 20 times a second, so it can be exceeded for a moment", Size(bytes)))
		return
	}
	n := strconv.FormatInt(bytes, 10)
	if h.Cgroup.Version == CgroupV2 {
		p.group(h, s.ID, "memory", map[string]string{"memory.max": n}, map[string]string{"memory.swap.max": "0", "memory.oom.group": "1"})
	} else {
		p.group(h, s.ID, "memory", map[string]string{"memory.limit_in_bytes": n}, map[string]string{"memory.memsw.limit_in_bytes": n})
	}
	hold("memory", Size(bytes), h.Cgroup.Version.String(), "")
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
		"open_files": int64(r.OpenFiles), "output": r.Output, "file": r.File, "workspace": r.Workspace, "inodes": int64(r.Inodes)} {
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
