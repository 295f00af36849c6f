package confine

import (
	"fmt"
	"slices"

	"golang.org/x/net/bpf"
)

// Filter is a seccomp program as data: an allow list. Everything that is not
// listed answers EPERM, a call through another architecture's entry ends the
// process.
type Filter struct {
	Arch  string   `json:"arch"`
	Allow []string `json:"allow"` // names, sorted
	// Cases are calls that are permitted only with some arguments.
	Cases []Case `json:"cases"`
	// Notify: a listener is asked before execve, and told of a new program's first call.
	Notify bool `json:"notify,omitempty"`
}

// Case decides a call by one argument. The filter sees only numbers: memory that
// an argument points to can change after the check, so no case looks there.
type Case struct {
	Call string   `json:"call"`
	Arg  int      `json:"arg"`
	Mask uint32   `json:"mask,omitempty"`   // with Mask: denied if any of these bits is set
	Only []uint32 `json:"only,omitempty"`   // else: permitted only with one of these values; none is never
	Else string   `json:"answer,omitempty"` // errno when denied; EPERM if empty
	Why  string   `json:"why"`
}

// Summary is the filter in a line.
func (f Filter) Summary() string {
	return fmt.Sprintf("%d calls allowed, %d by argument, all others EPERM, %s only", len(f.Allow), len(f.Cases), f.Arch)
}

// Offsets in struct seccomp_data, linux/seccomp.h.
const (
	offsetNr   = 0
	offsetArch = 4
	offsetArgs = 16
)

// Return values, linux/seccomp.h.
const (
	retKill  = 0x80000000
	retErrno = 0x00050000
	retAllow = 0x7fff0000
	// retNotify leaves the answer to the listener.
	retNotify = 0x7fc00000
)

// x32Bit marks calls through the x32 entry of amd64, which share the audit
// architecture of the 64-bit ones.
const x32Bit = 0x40000000

// assemble turns the filter into instructions. numbers maps names of calls to
// their numbers on this architecture; a name it lacks does not exist there.
func (f Filter) assemble(audit uint32, numbers map[string]int, errnos map[string]uint32) ([]bpf.RawInstruction, error) {
	prog := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: audit, SkipTrue: 1},
		bpf.RetConstant{Val: retKill},
		bpf.LoadAbsolute{Off: offsetNr, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: x32Bit, SkipTrue: 1},
		bpf.RetConstant{Val: retKill},
	}
	for _, call := range []string{"execve", "set_tid_address"} {
		if nr, ok := numbers[call]; ok && f.Notify {
			prog = append(prog, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(nr), SkipTrue: 1}, bpf.RetConstant{Val: retNotify})
		}
	}
	for _, c := range f.Cases {
		nr, ok := numbers[c.Call]
		if !ok {
			continue
		}
		block, err := c.assemble(errnos)
		if err != nil {
			return nil, err
		}
		prog = append(prog, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(nr), SkipTrue: uint8(len(block))})
		prog = append(prog, block...)
	}
	var allowed []int
	for _, name := range f.Allow {
		if nr, ok := numbers[name]; ok {
			allowed = append(allowed, nr)
		}
	}
	prog = append(prog, allowTree(allowed)...)
	return bpf.Assemble(prog)
}

// assemble of a case ends in a return on every path; a call with several cases
// falls through to the next where this one permits it.
func (c Case) assemble(errnos map[string]uint32) ([]bpf.Instruction, error) {
	answer := uint32(1) // EPERM
	if c.Else != "" {
		var ok bool
		if answer, ok = errnos[c.Else]; !ok {
			return nil, fmt.Errorf("seccomp case for %s: unknown errno %s", c.Call, c.Else)
		}
	}
	no := bpf.RetConstant{Val: retErrno | answer}
	// The low half on little-endian machines; amd64 and arm64 are.
	load := bpf.LoadAbsolute{Off: uint32(offsetArgs + 8*c.Arg), Size: 4}
	reload := bpf.LoadAbsolute{Off: offsetNr, Size: 4}
	block := []bpf.Instruction{load}
	if c.Mask != 0 {
		block = append(block, bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: c.Mask, SkipTrue: 1}, no)
	} else {
		for i, v := range c.Only {
			block = append(block, bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: uint8(len(c.Only) - i)})
		}
		block = append(block, no)
	}
	return append(block, reload), nil
}

// allowTree permits exactly the given numbers by binary search over runs of
// consecutive ones: every call pays for it, so its depth matters.
func allowTree(numbers []int) []bpf.Instruction {
	slices.Sort(numbers)
	var runs [][2]uint32
	for _, n := range slices.Compact(numbers) {
		if k := len(runs) - 1; k >= 0 && runs[k][1]+1 == uint32(n) {
			runs[k][1]++
			continue
		}
		runs = append(runs, [2]uint32{uint32(n), uint32(n)})
	}
	return searchRuns(runs)
}

func searchRuns(runs [][2]uint32) []bpf.Instruction {
	deny := bpf.RetConstant{Val: retErrno | 1}
	if len(runs) == 0 {
		return []bpf.Instruction{deny}
	}
	if len(runs) == 1 {
		return []bpf.Instruction{
			bpf.JumpIf{Cond: bpf.JumpLessThan, Val: runs[0][0], SkipTrue: 2},
			bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: runs[0][1], SkipTrue: 1},
			bpf.RetConstant{Val: retAllow},
			deny,
		}
	}
	mid := len(runs) / 2
	low, high := searchRuns(runs[:mid]), searchRuns(runs[mid:])
	// A conditional jump reaches 255 instructions only; an unconditional one further.
	out := []bpf.Instruction{
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: runs[mid][0], SkipTrue: 1},
		bpf.Jump{Skip: uint32(len(low))},
	}
	return append(append(out, low...), high...)
}
