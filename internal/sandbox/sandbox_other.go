//go:build !linux

package sandbox

import (
	"context"
	"runtime"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// Prepare refuses: only Linux can hold a run.
func (s *Sandbox) Prepare(context.Context, *interlock.Submission, interlock.Grant) (interlock.Child, error) {
	return nil, &interlock.Error{Kind: interlock.Infrastructure, Name: "isolation", Code: interlock.ExitInfrastructure,
		Message: "this is " + runtime.GOOS + ", and running code needs Linux",
		Hint:    "`interlock check` works here; run the script on a Linux host"}
}

func busy(confine.Host) int { return 0 }

type warmth struct{}

// Close does nothing: there are no warm interpreters here.
func (s *Sandbox) Close() error { return nil }

// Forget does nothing.
func (s *Sandbox) Forget() {}

// Pools reports none.
func (s *Sandbox) Pools() []PoolStatus { return nil }

// WarmUp does nothing.
func (s *Sandbox) WarmUp(interlock.Grant) {}

// Warms says no.
func (s *Sandbox) Warms(interlock.Grant) string { return "no: this is " + runtime.GOOS }
