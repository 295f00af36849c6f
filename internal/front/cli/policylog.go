package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type policyLog struct {
	where
	Diff   bool   `help:"With the change from the version before."`
	Limit  int    `help:"The newest versions only; 0 is all." default:"0"`
	Format string `help:"What to print: text, or json with one object a version." enum:"text,json" default:"text"`
}

// logged is one time that a version came into force.
type logged struct {
	Schema int       `json:"schema"`
	Seq    uint64    `json:"seq"` // of its record in the ledger
	First  time.Time `json:"first"`
	// Last is the last decision by it before another came into force; absent where
	// nothing was decided by it.
	Last      *time.Time `json:"last,omitempty"`
	Decisions int        `json:"decisions"`
	daemon.Version
}

func (cmd *policyLog) run(c *call) (interlock.ExitCode, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	l, err := d.Ledger(c)
	if err != nil {
		return 0, err
	}
	versions, err := c.versions(l)
	if err != nil {
		return 0, err
	}
	if cmd.Limit > 0 && len(versions) > cmd.Limit {
		versions = versions[len(versions)-cmd.Limit:]
	}
	for i := range versions {
		v := &versions[i]
		if cmd.Format == "json" {
			if !cmd.Diff {
				v.Diff, v.DiffCut = "", false
			}
			if err := c.object(v); err != nil {
				return 0, err
			}
			continue
		}
		c.showVersion(v, cmd.Diff)
	}
	if len(versions) == 0 && cmd.Format != "json" {
		c.say("no policy was in force yet: the first run records the first version")
	}
	return interlock.ExitOK, nil
}

// versions are the records of kind policy, oldest first, with the decisions by each
// until another came into force. Two processes may have recorded one change both:
// that is one version.
func (c *call) versions(l *ledger.Ledger) (out []logged, err error) {
	entries, err := l.Query(c, ledger.Filter{Kind: interlock.RecordPolicy})
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		v, err := daemon.ReadVersion(e)
		if err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].Digest != v.Digest {
			out = append(out, logged{Schema: schema, Seq: e.Seq, First: e.Time, Version: v})
		}
	}
	decisions, err := l.Query(c, ledger.Filter{Kind: interlock.RecordDecision})
	if err != nil {
		return nil, err
	}
	for _, e := range decisions {
		if i := decidedBy(out, e); i >= 0 {
			out[i].Decisions++
			out[i].Last = &e.Time
		}
	}
	return out, nil
}

// decidedBy is the newest version before e that has its digest, or -1: a run keeps the
// rules it began under though others came into force meanwhile.
func decidedBy(versions []logged, e ledger.Entry) int {
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].Seq < e.Seq && versions[i].Digest == e.Policy {
			return i
		}
	}
	return -1
}

func (c *call) showVersion(v *logged, diff bool) {
	c.print("%s\n", v.Digest)
	last := "nothing was decided by it"
	if v.Last != nil {
		last = fmt.Sprintf("decisions by it: %d, the last at %s", v.Decisions, stamp(*v.Last))
	}
	c.print("  in force from %s (entry %d); %s\n", stamp(v.First), v.Seq, last)
	for _, f := range v.Files {
		c.print("  %s\n", visible.Line(fileWords(f)))
	}
	if !diff {
		return
	}
	if v.Diff == "" {
		c.print("    %s\n", noDiff(v))
	}
	for line := range strings.Lines(v.Diff) {
		c.print("    %s\n", visible.Line(strings.TrimRight(line, "\n")))
	}
	if v.DiffCut {
		c.print("    … cut: the files are in the ledger in full: `interlock ledger export --blobs`\n")
	}
}

func noDiff(v *logged) string {
	if v.Previous == "" {
		return "the first version on record"
	}
	return "no file changed: another one came into force, or its earlier contents were purged"
}

// fileWords says of one file who it is from.
func fileWords(f daemon.VersionFile) string {
	text := f.Name
	if f.Narrows {
		text += ", which narrows the binding policy"
	}
	if f.Shipped {
		return text + ", which came with the program"
	}
	if f.Owner != nil {
		text += fmt.Sprintf(", owned by %s (uid %d)", orUnknown(f.Owner.Name), f.Owner.UID)
	}
	if f.Modified != nil {
		text += ", written " + stamp(*f.Modified)
	}
	switch commit := f.Commit; {
	case commit == nil:
	case commit.Uncommitted:
		text += ", not committed"
	default:
		text += fmt.Sprintf(", commit %.12s by %s <%s>, %s", commit.ID, commit.Author, commit.Email, stamp(commit.Time))
	}
	return text
}

func orUnknown(name string) string {
	if name == "" {
		return "an unknown user"
	}
	return name
}
