package interlock

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestLimitWords (P17): the sentence for each limit says what was reached, its
// value and what held it, and where it is raised; a run it ended exits with 5.
func TestLimitWords(t *testing.T) {
	for limit, want := range map[Limit]string{
		{"memory", "1 GiB", "cgroup v1"}:          "memory limit 1 GiB reached (held by cgroup v1)",
		{"wall", "1m0s", "supervisor"}:            "wall limit 1m0s reached (held by supervisor)",
		{"cpu", "1s", "cgroup v2"}:                "cpu limit 1s reached (held by cgroup v2)",
		{"processes", "64", "cgroup v2"}:          "limit of 64 processes and threads reached (held by cgroup v2)",
		{"open_files", "256", "rlimit"}:           "limit of 256 open files in one process reached (held by rlimit)",
		{"inodes", "10000", "own file system"}:    "limit of 10000 files and folders reached (held by own file system)",
		{"output", "10 MiB", "supervisor"}:        "output limit 10 MiB (stdout and stderr together) reached (held by supervisor)",
		{"stderr", "1 MiB", "supervisor"}:         "stderr limit 1 MiB reached (held by supervisor)",
		{"file", "256 MiB", "rlimit"}:             "file size limit 256 MiB reached (held by rlimit)",
		{"workspace", "1 GiB", "own file system"}: "workspace limit 1 GiB reached (held by own file system)",
		{"shm", "64 MiB", "own file system"}:      "shared memory limit 64 MiB of /dev/shm reached (held by own file system)",
	} {
		r := Result{Observed: Observed{Started: true, Limit: &limit}}
		r.conclude(context.Background(), &Submission{}, nil)
		if r.Error == nil || r.Error.Message != want || r.ExitStatus() != 5 || r.Status != Stopped {
			t.Errorf("%s: %+v, exit %d", limit.Name, r.Error, r.ExitStatus())
		} else if !strings.Contains(r.Error.Hint, "resources."+limit.Name) {
			t.Errorf("%s: hint %q", limit.Name, r.Error.Hint)
		}
	}
}

// TestCallersWallClock (N8, P17): where the caller's own time was the smaller one, the hint
// is about that and not about the policy, which would not help.
func TestCallersWallClock(t *testing.T) {
	for _, c := range []struct {
		asked   float64
		granted time.Duration
		callers bool
	}{{0, time.Minute, false}, {90, time.Minute, false}, {1.5, 1500 * time.Millisecond, true}, {0.0001, time.Millisecond, true}, {0.29, 289999999, true}, {60, time.Minute, true}} {
		r := Result{Observed: Observed{Started: true, Limit: &Limit{"wall", c.granted.String(), "supervisor"}}}
		r.Decision.Grant.Resources.Wall = c.granted
		r.conclude(context.Background(), &Submission{Wall: c.asked}, nil)
		if hint := r.Error.Hint; strings.Contains(hint, "--timeout") != c.callers || strings.Contains(hint, "resources.wall") == c.callers {
			t.Errorf("%+v: %s", c, hint)
		}
	}
}
