//go:build !linux

package confine

import (
	"errors"
	"os"
	"runtime"
	"time"
)

// errLinux is every answer of this package where there is no Linux kernel.
var errLinux = errors.New("running code needs Linux: use `interlock check` here, and run on a Linux host")

// Process cannot exist here.
type Process struct{}

// Probe reports a host that can do nothing.
func Probe() Host { return Look() }

// Look reports a host that can do nothing.
func Look() Host {
	return Host{UID: os.Getuid(), GID: os.Getgid(), Arch: runtime.GOARCH, Trial: Trial{Why: "this is " + runtime.GOOS + ", not Linux"}}
}

// Start refuses.
func Start(*Plan, Files) (*Process, error) { return nil, errLinux }

// Kill does nothing.
func (*Process) Kill() {}

// Ended never ends.
func (*Process) Ended() <-chan struct{} { return nil }

// Ready refuses.
func (*Process) Ready() error { return errLinux }

// Wait refuses.
func (*Process) Wait() (Ended, error) { return Ended{}, errLinux }

// Pressure counts nothing.
func (*Process) Pressure() Counts { return Counts{} }

// Usage counts nothing.
func (*Process) Usage(int64) Usage { return Usage{} }

// Usage is what a run uses.
type Usage struct {
	CPU    time.Duration
	Memory int64
}

// Workspace refuses.
func (*Process) Workspace() (dir, shm *os.File, err error) { return nil, nil, errLinux }

// Close does nothing.
func (*Process) Close() error { return nil }
