package policy

import (
	"slices"
	"strings"
	"time"

	interlock "github.com/interlock-run/interlock"
)

// grant is everything s may have in mode by p alone. Before and after analysis it is the
// same for the same mode, so that an interpreter that was started ahead fits.
// Slices and maps are shared with the policy: a grant is read, never changed.
func (p *Policy) grant(s *interlock.Submission, mode interlock.ExecutionMode) (interlock.Grant, string) {
	as := mode
	if s.Rehearse {
		as = interlock.WriteAccess // what is rehearsed is that run: its environment, files, limits
	}
	m := p.o.Modes[as]
	files, note := p.visibleFiles(s, as)
	g := interlock.Grant{
		Mode: mode, Environment: m.Environment, Files: files,
		Endpoints: p.endpoints(), Commands: p.programs(), Denials: p.denials(),
		Guards: p.guardsFor(s), Resources: narrow(p.resources, m.Limits),
		Isolation: interlock.Level(p.doc.Isolation.Minimum.V),
	}
	g.Reads = p.readable()
	g.Rehearse = s.Rehearse
	if mode == interlock.WriteAccess || g.Rehearse {
		g.Channels = p.channels
	}
	if s.Interpreter != "" {
		g.Environment.Interpreter = s.Interpreter
	}
	g.Resources.Wall = narrowWall(g.Resources.Wall, s.Wall)
	return g, note
}

// Draft implements interlock.Drafter: the grant of s if it runs in read_only.
func (p *Policy) Draft(s *interlock.Submission) (g interlock.Grant, ok bool) {
	if s.AskedMode != nil && *s.AskedMode == interlock.WriteAccess {
		return interlock.Grant{}, false
	}
	for i, part := range p.Parts() {
		for _, in := range s.Inputs {
			if _, bad := part.badInput(in, interlock.ReadOnly); bad {
				return interlock.Grant{}, false
			}
		}
		own, _ := part.grant(s, interlock.ReadOnly)
		if i == 0 {
			g = own
		} else {
			g = Intersect(g, own)
		}
	}
	return g, true
}

// guardsFor adds the submission's own modules to an allow list of imports: they
// were analysed with it and are held to the same rules.
func (p *Policy) guardsFor(s *interlock.Submission) interlock.Guards {
	g := p.guards
	if !g.Imports.AllowOnly || len(s.Modules) == 0 {
		return g
	}
	names := slices.Clone(g.Imports.Allow)
	for _, m := range s.Modules {
		name, _, _ := strings.Cut(m.Name, ".")
		names = append(names, name)
	}
	slices.Sort(names)
	g.Imports.Allow = slices.Compact(names)
	return g
}

// narrow returns r with each limit of by that is set and smaller. A part is not
// larger than the whole it is counted in.
func narrow(r, by interlock.Resources) interlock.Resources {
	n := interlock.Resources{
		Wall: least(r.Wall, by.Wall), CPU: least(r.CPU, by.CPU), Memory: least(r.Memory, by.Memory),
		Processes: least(r.Processes, by.Processes), OpenFiles: least(r.OpenFiles, by.OpenFiles),
		Output: least(r.Output, by.Output), Stdout: least(r.Stdout, by.Stdout), Stderr: least(r.Stderr, by.Stderr), Line: least(r.Line, by.Line),
		File: least(r.File, by.File), Workspace: least(r.Workspace, by.Workspace), Inodes: least(r.Inodes, by.Inodes), Shm: least(r.Shm, by.Shm),
		Results: least(r.Results, by.Results), Figures: least(r.Figures, by.Figures), Figure: least(r.Figure, by.Figure),
		Outputs: least(r.Outputs, by.Outputs), Strict: r.Strict || by.Strict,
	}
	n.Stdout, n.Stderr = least(n.Stdout, n.Output), least(n.Stderr, n.Output)
	return n
}

func least[T int | int64 | time.Duration](a, b T) T {
	if b > 0 && b < a {
		return b
	}
	return a
}

// narrowWall applies a caller's wall clock in seconds. Only a smaller one than
// the policy's counts; NaN and what is not positive leave it.
func narrowWall(wall time.Duration, seconds float64) time.Duration {
	if seconds > 0 && seconds < wall.Seconds() {
		return max(time.Duration(seconds*float64(time.Second)), time.Millisecond)
	}
	return wall
}
