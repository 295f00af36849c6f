package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// Words for where the facts about a past run are from.
const (
	recordedFacts   = "recorded"    // what was known when it was decided
	reanalysedFacts = "re-analysed" // what this build's analysis says of the recorded source
	fileFacts       = "analysed"    // of a file that was named
)

// subject is code to decide on again.
type subject struct {
	Run   string // "" for a file
	Name  string
	Basis string // recordedFacts, reanalysedFacts or fileFacts

	s     *interlock.Submission
	facts interlock.Facts
	past  *ledger.Past // nil for a file
}

// label is what a person calls it.
func (x *subject) label() string {
	if x.Run == "" {
		return x.Name
	}
	return x.Run + "  " + x.Name
}

// skipped is a past run that could not be decided on again.
type skipped struct {
	Run string `json:"run"`
	Why string `json:"why"`
}

// pastOf are the past runs of the ledger that o selects. The recorded facts are used,
// because then what differs is the rules' doing and not analysis's; where there are
// none, or they were blacked out, and with again, the recorded source is analysed.
func (c *call) pastOf(d *daemon.Daemon, o ledger.PastOptions, again bool) (all []subject, left []skipped, err error) {
	l, err := d.Ledger(c)
	if err != nil {
		return nil, nil, err
	}
	runs, err := l.Past(c, o)
	if err != nil {
		return nil, nil, err
	}
	for i := range runs {
		x := subject{Run: runs[i].Submission.ID, Name: runs[i].Submission.Name, Basis: recordedFacts, s: &runs[i].Submission, facts: runs[i].Facts, past: &runs[i]}
		x.s.Modules = modulesOf(runs[i].Facts.Modules)
		if runs[i].Granted {
			x.s.Interpreter, x.s.Wall = runs[i].Decision.Grant.Environment.Interpreter, runs[i].Decision.Grant.Resources.Wall.Seconds()
		}
		if again || runs[i].Redacted || !runs[i].Decided {
			if err := c.reanalyse(d, l, &x); err != nil {
				left = append(left, skipped{x.Run, err.Error()})
				continue
			}
		}
		all = append(all, x)
	}
	return all, left, nil
}

func modulesOf(paths []string) (out []interlock.Module) {
	for _, path := range paths {
		out = append(out, interlock.Module{Name: daemon.ModuleName(path), Path: path})
	}
	return out
}

// reanalyse makes the facts of x anew from the sources in the ledger, laid out in a
// folder of their own: those beside the script today may be others.
func (c *call) reanalyse(d *daemon.Daemon, l *ledger.Ledger, x *subject) error {
	source, redacted, err := l.Source(c, x.past, "")
	if err != nil {
		return err
	}
	if redacted {
		return fmt.Errorf("its source was blacked out in part before it was recorded")
	}
	dir, err := os.MkdirTemp("", "interlock-past-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, m := range x.s.Modules {
		if err := c.layOut(l, x.past, dir, m.Path); err != nil {
			return err
		}
	}
	again := *x.s
	again.Source, again.Folder, again.Modules = source, dir, nil
	if x.facts, err = d.Analyse(c, &again); err != nil {
		return err
	}
	x.s.Source, x.s.Modules, x.Basis = source, again.Modules, reanalysedFacts
	return nil
}

func (c *call) layOut(l *ledger.Ledger, p *ledger.Past, dir, path string) error {
	b, redacted, err := l.Source(c, p, path)
	if err != nil {
		return err
	}
	if redacted || !filepath.IsLocal(filepath.FromSlash(path)) {
		return fmt.Errorf("its module %s was not recorded as it was", path)
	}
	name := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o600)
}

// withSource fills in the sources of a past run, for showing lines; what was purged
// is not shown.
func (c *call) withSource(d *daemon.Daemon, x *subject) *interlock.Submission {
	if x.past == nil || x.s.Source != nil {
		return x.s
	}
	l, err := d.Ledger(c)
	if err != nil {
		return x.s
	}
	x.s.Source, _, _ = l.Source(c, x.past, "")
	for i, m := range x.s.Modules {
		x.s.Modules[i].Source, _, _ = l.Source(c, x.past, m.Path)
	}
	return x.s
}

// filesOf are the named scripts, analysed.
func (c *call) filesOf(d *daemon.Daemon, files []string) (all []subject, err error) {
	for _, file := range files {
		s, err := c.source(file)
		if err != nil {
			return nil, err
		}
		s.Front, s.Who = "cli", daemon.Self()
		facts, err := d.Analyse(c, s)
		if err != nil {
			return nil, err
		}
		all = append(all, subject{Name: file, Basis: fileFacts, s: s, facts: facts})
	}
	return all, nil
}

// verdictOf is a decision in the JSON of diff and replay.
type verdictOf struct {
	Effect interlock.Effect        `json:"effect"`
	Mode   interlock.ExecutionMode `json:"mode"`
	Policy string                  `json:"policy"` // digest
}

func newVerdict(d *interlock.Decision) verdictOf { return verdictOf{d.Effect, d.Mode, d.PolicyDigest} }

// pastFlags select past runs.
type pastFlags struct {
	Runs      int    `help:"The newest runs of the ledger; 0 is all." default:"100"`
	Since     string `help:"Runs not before this time: 2026-01-31, 2026-01-31T12:00:00Z, or 36h, 30d for that long ago." placeholder:"TIME"`
	Reanalyse bool   `help:"Analyse the recorded sources anew instead of using the facts recorded with each run."`
}

func (f pastFlags) options(c *call) (o ledger.PastOptions, err error) {
	if f.Runs < 0 {
		return o, bad("usage", "--runs is negative", "a number, or 0 for all")
	}
	o.Limit = f.Runs
	o.Since, err = c.moment("--since", f.Since)
	return o, err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

const schema = apiv1.Schema
