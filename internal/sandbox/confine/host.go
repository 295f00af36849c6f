package confine

import "github.com/interlock-run/interlock"

// Host is what a machine can do for confinement, as facts that [Make] decides
// on. The zero Host can do nothing.
type Host struct {
	UID, GID int    // of the supervisor
	RunUID   int    // where the supervisor is root: the unprivileged user and group of runs
	Kernel   string // release
	Arch     string // GOARCH

	LandlockABI int  // 0: Landlock is missing or disabled
	Seccomp     bool // filters are available

	Trial

	Cgroup Cgroup

	Links map[string]string // top-level symbolic links: "/lib" -> "usr/lib"
	Paths []string          // the system paths of [systemPaths] that exist
	Files []string          // those paths, here and in a Spec, that are not folders
	LdSo  []string          // program interpreters of ELF files, real paths
	// ProcFiles are files of /proc that tell about the machine and nobody's processes.
	ProcFiles []string
}

// Trial is what came of making a run's namespaces once.
type Trial struct {
	// Namespaces: user, mount, pid, net, ipc, uts and cgroup namespaces with their
	// capabilities, an own root and an overlay in it.
	Namespaces bool   `json:"namespaces"`
	Proc       bool   `json:"proc"` // a fresh /proc can be mounted there
	Why        string `json:"why"`  // the step and error that showed Namespaces is false
}

// CgroupVersion is the kind of control groups a host offers to the supervisor.
type CgroupVersion uint8

const (
	NoCgroup CgroupVersion = iota
	CgroupV1
	CgroupV2
)

// Cgroup is where the supervisor may make control groups, by controller. A
// controller that is not in Dirs cannot be used.
type Cgroup struct {
	Version CgroupVersion
	Dirs    map[string]string // "memory", "pids", "cpu" -> absolute folder
}

func (c Cgroup) has(controller string) bool { return c.Dirs[controller] != "" }

func (v CgroupVersion) String() string {
	return [...]string{"none", "cgroup v1", "cgroup v2"}[v]
}

// Reaches reports the strongest level the host can hold, and in words what is
// missing for a stronger one.
func (h Host) Reaches() (interlock.Level, []string) {
	var missing []string
	if !h.Seccomp {
		missing = append(missing, "seccomp filters are missing (kernel built without CONFIG_SECCOMP_FILTER)")
	}
	if h.LandlockABI == 0 {
		missing = append(missing, "Landlock is missing or disabled: boot with landlock in the lsm= list (kernel 5.13 or later)")
	}
	if len(missing) > 0 {
		return interlock.NoIsolation, missing
	}
	if !h.Namespaces {
		return interlock.Landlock, []string{"namespaces are forbidden here: " + h.Why}
	}
	return interlock.Namespaces, nil
}
