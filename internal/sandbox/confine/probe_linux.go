package confine

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// Probe finds out what this host can do, by doing it: a kernel that lets a
// process make a user namespace may still deny it the capabilities in there, so
// the namespaces of a run are made once and thrown away.
func Probe() Host {
	h := Look()
	h.Trial = h.tryNamespaces()
	return h
}

// Look is Probe without the trial of namespaces, whose result the caller knows
// from an earlier Probe of the same host, boot and user.
func Look() Host {
	h := Host{UID: os.Getuid(), GID: os.Getgid(), Arch: runtime.GOARCH, RunUID: runUID()}
	var uts unix.Utsname
	if unix.Uname(&uts) == nil {
		h.Kernel = unix.ByteSliceToString(uts.Release[:])
	}
	if abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, 1); errno == 0 {
		h.LandlockABI = int(abi)
	}
	h.Seccomp = seccompAvailable()
	h.Cgroup = findCgroup()
	h.layout()
	return h
}

func seccompAvailable() bool {
	const actionAvail = 2 // SECCOMP_GET_ACTION_AVAIL
	action := uint32(retErrno)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, actionAvail, 0, address(&action))
	return errno == 0
}

// runUID is the user that runs have where the supervisor is root: one that
// nobody is, inside what this user namespace can map. 0 says that there is none:
// root of a namespace with one user is that user.
func runUID() int {
	const high, low = 0x70000000, 65533
	b, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return low
	}
	best := 0
	for _, line := range strings.Split(string(b), "\n") {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		first, _ := strconv.Atoi(f[0])
		count, _ := strconv.Atoi(f[2])
		if first <= high && high-first+65536 <= count {
			return high + os.Getpid()%65536
		}
		if first <= low && low-first < count {
			best = low
		}
	}
	return best
}

func (h *Host) layout() {
	h.Links = map[string]string{}
	for _, p := range []string{"/lib", "/lib64", "/lib32", "/bin", "/sbin"} {
		if to, err := os.Readlink(p); err == nil {
			h.Links[p] = to
		}
	}
	for _, p := range systemPaths {
		info, err := os.Lstat(p)
		if err == nil && info.Mode()&os.ModeSymlink != 0 {
			if h.Links[p] != "" {
				continue // reached through the link
			}
			info, err = os.Stat(p)
		}
		if err != nil {
			continue
		}
		h.Paths = append(h.Paths, p)
		if !info.IsDir() {
			h.Files = append(h.Files, p)
		}
	}
	for _, pattern := range []string{"/lib64/ld-linux-*.so.*", "/lib/ld-linux-*.so.*", "/lib/ld-musl-*.so.*"} {
		found, _ := filepath.Glob(pattern)
		for _, f := range found {
			if real, err := filepath.EvalSymlinks(f); err == nil {
				h.LdSo = append(h.LdSo, real)
			}
		}
	}
	for _, p := range []string{"/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems"} {
		if _, err := os.Stat(p); err == nil {
			h.ProcFiles, h.Files = append(h.ProcFiles, p), append(h.Files, p)
		}
	}
}

// tryNamespaces confines a program that does not exist. If everything but its
// execution succeeds, the host can hold level namespaces.
func (h Host) tryNamespaces() Trial {
	if h.LandlockABI == 0 || !h.Seccomp {
		return Trial{Why: "Landlock or seccomp is missing"}
	}
	trial := h
	trial.Trial, trial.Cgroup = Trial{Namespaces: true, Proc: true}, Cgroup{}
	err := trial.try()
	if err != nil && strings.Contains(err.Step, "new /proc") {
		trial.Proc = false
		err = trial.try()
	}
	if err != nil {
		return Trial{Why: err.Error()}
	}
	return trial.Trial
}

const absent = "/.interlock-absent"

func (h Host) try() *StepError {
	spec := Spec{ID: "probe", Level: interlock.Namespaces, Interpreter: absent, Binary: "/dev/null", Grant: interlock.Grant{
		Files: interlock.Files{Folder: "/dev"},
		Resources: interlock.Resources{Wall: time.Second, CPU: time.Second, Memory: 1 << 30, Processes: 64, OpenFiles: 64,
			Output: 1, Stdout: 1, Stderr: 1, Line: 1, File: 1 << 20, Workspace: 1 << 20, Inodes: 64, Shm: 1 << 20,
			Results: 1, Figures: 1, Figure: 1, Outputs: 1}}}
	spec.Grant.Files.Folder = h.anyFolder()
	plan, err := Make(spec, h)
	if err != nil {
		return &StepError{Step: err.Error(), Errno: unix.ENOTSUP}
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return &StepError{Step: "opening /dev/null", Errno: unix.ENOENT}
	}
	defer null.Close()
	p, err := Start(plan, Files{Stdin: null, Stdout: null, Stderr: null, Control: null})
	if err != nil {
		return asStep(err)
	}
	defer p.Close()
	_, err = p.Wait()
	if step := asStep(err); step == nil || step.Step != "executing "+absent {
		return step
	}
	return nil
}

func (h Host) anyFolder() string {
	for _, p := range h.Paths {
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			return p
		}
	}
	return "/etc"
}

func asStep(err error) *StepError {
	if err == nil {
		return &StepError{Step: "the probe ended without a report", Errno: unix.EIO}
	}
	if step := (*StepError)(nil); errors.As(err, &step) {
		return step
	}
	errno := unix.EIO
	errors.As(err, &errno)
	return &StepError{Step: err.Error(), Errno: errno}
}
