package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

// The lines of a file in bench/. Each has a kind:
//
//	machine  first: where and when, versions, the load before the benchmark began
//	times    every measured time of one subject, script and concurrency, in ms
//	absent   a subject that could not be run, and why
//	memory   of the idle daemon, in KiB
type (
	machineRow struct {
		Kind      string            `json:"kind"`
		Schema    int               `json:"schema"`
		Date      string            `json:"date"`
		Commit    string            `json:"commit"`
		CPU       string            `json:"cpu"`
		Cores     int               `json:"cores"`
		Kernel    string            `json:"kernel"`
		MemoryMiB int64             `json:"memory_mib"`
		UID       int               `json:"uid"`
		Load      string            `json:"load"`
		Versions  map[string]string `json:"versions"`
	}
	timesRow struct {
		Kind    string    `json:"kind"`
		Subject string    `json:"subject"`
		Script  string    `json:"script"`
		At      int       `json:"concurrent"`
		First   []float64 `json:"first_ms"`
		Full    []float64 `json:"full_ms"`
		WallS   float64   `json:"wall_s,omitempty"` // absent where runs were spaced
		Load    string    `json:"load"`             // of the machine when it began
	}
	absentRow struct {
		Kind    string `json:"kind"`
		Subject string `json:"subject"`
		Reason  string `json:"reason"`
	}
	memoryRow struct {
		Kind     string `json:"kind"`
		Of       string `json:"of"`
		Private  int64  `json:"private_kib"`
		PSS      int64  `json:"pss_kib"`
		RSS      int64  `json:"rss_kib"`
		Children int    `json:"children,omitempty"`
	}
)

// file takes rows.
type file struct {
	f *os.File
	*json.Encoder
}

// newFile makes bench/DATE-MACHINE.jsonl, with a number where there is one already.
func newFile(dir string, m machineRow) (*file, error) {
	kernel := strings.Join(strings.SplitN(m.Kernel, ".", 3)[:2], ".")
	base := fmt.Sprintf("%s-linux-%s-%dcpu", m.Date[:10], kernel, m.Cores)
	for i := 1; ; i++ {
		name := base + ".jsonl"
		if i > 1 {
			name = fmt.Sprintf("%s-%d.jsonl", base, i)
		}
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("keeping the measured times: %w", err)
		}
		out := &file{f, json.NewEncoder(f)}
		return out, out.Encode(m)
	}
}

func (f *file) series(all []*series) error {
	for _, x := range all {
		row := timesRow{Kind: "times", Subject: x.subject, Script: x.script, At: x.at, WallS: x.wall.Seconds(), Load: x.load}
		for i := range x.full {
			row.First, row.Full = append(row.First, milliseconds(x.first[i])), append(row.Full, milliseconds(x.full[i]))
		}
		if err := f.Encode(row); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) memory(k kept) error {
	row := func(of string, m memory, n int) error {
		return f.Encode(memoryRow{Kind: "memory", Of: of, Private: m.Private, PSS: m.PSS, RSS: m.RSS, Children: n})
	}
	return errors.Join(row("daemon", k.daemon, 0), row("zygote", k.zygote, k.children), row("idle child", k.child, 0), row("its init", k.init, 0))
}

// machine is the first row.
func machine(b *testing.B, binary, env string) machineRow {
	info, _ := os.ReadFile("/proc/cpuinfo")
	mem, _ := os.ReadFile("/proc/meminfo")
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	commit := said("git", "-C", require.Repo(b), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
	return machineRow{Kind: "machine", Schema: 1, Date: time.Now().UTC().Format(time.RFC3339), Commit: commit,
		CPU: cpuModel(string(info)), Cores: runtime.NumCPU(), Kernel: strings.TrimSpace(string(kernel)), MemoryMiB: field(mem, "MemTotal") >> 10,
		UID: os.Getuid(), Load: loadNow(), Versions: versions(b, binary, env)}
}

func cpuModel(info string) string {
	for line := range strings.Lines(info) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// loadNow is the load average of the last minute.
func loadNow() string {
	text, _ := os.ReadFile("/proc/loadavg")
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

func versions(b *testing.B, binary, env string) map[string]string {
	v := map[string]string{"go": runtime.Version(), "interlock": said(binary, "version"), "gvisor": gvisorVersion(b), "bubblewrap": said("bwrap", "--version")}
	const ask = "import sys, importlib.metadata as m\nprint('python', sys.version.split()[0])\n" +
		"for n in sys.argv[1:]:\n try: print(n, m.version(n))\n except m.PackageNotFoundError: pass\n"
	for _, python := range []string{filepath.Join(env, "bin", "python3"), filepath.Join(tools(b), "sandlock", "bin", "python3")} {
		for line := range strings.Lines(said(python, "-c", ask, "numpy", "pandas", "matplotlib", "sandlock")) {
			name, version, _ := strings.Cut(strings.TrimSpace(line), " ")
			v[name] = version
		}
	}
	return v
}

// said is what a program prints, "" where it does not run.
func said(argv ...string) string {
	out, err := exec.Command(argv[0], argv[1:]...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
