package interlock

import "fmt"

// ExecutionMode says how much of the control system a run may touch. The modes
// are ordered from most to least restrictive; the zero value is the most
// restrictive one.
type ExecutionMode uint8

const (
	// ReadOnly permits analysis and reads. No put leaves the run.
	ReadOnly ExecutionMode = iota
	// WriteAccess permits granted puts to equipment.
	WriteAccess
)

// ParseExecutionMode accepts exactly "read_only" and "write_access". Anything
// else is an error and yields ReadOnly.
func ParseExecutionMode(s string) (ExecutionMode, error) {
	switch s {
	case "read_only":
		return ReadOnly, nil
	case "write_access":
		return WriteAccess, nil
	}
	return ReadOnly, fmt.Errorf("unknown execution mode %q: want read_only or write_access", s)
}

// String returns the mode's only spelling. A value outside the enumeration
// prints as read_only, because that is how it is treated.
func (m ExecutionMode) String() string {
	if m == WriteAccess {
		return "write_access"
	}
	return "read_only"
}

// StricterThan reports whether m permits less than other.
func (m ExecutionMode) StricterThan(other ExecutionMode) bool {
	return m != WriteAccess && other == WriteAccess
}

// MarshalText implements encoding.TextMarshaler.
func (m ExecutionMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with ParseExecutionMode.
func (m *ExecutionMode) UnmarshalText(b []byte) (err error) {
	*m, err = ParseExecutionMode(string(b))
	return err
}
