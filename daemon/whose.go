package daemon

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/runs"
)

// Whose runs somebody sees, ends and has put back: their own. The daemon's own user, who
// can read all of the state directory, and who approves, who was shown the code of all
// of them, see everybody's. A put that undoes one needs what any put needs, whoever asks.

// oversees reports whether who sees the runs of others.
func (d *Daemon) oversees(who interlock.Identity) bool { return d.mayApprove(who) == nil }

// seen are those of ids, which are of runs that are kept, that who may see.
func (d *Daemon) seen(ctx context.Context, who interlock.Identity, ids []string) ([]string, error) {
	if len(ids) == 0 || d.oversees(who) {
		return ids, nil
	}
	l, err := d.ledger.get(ctx)
	if err != nil {
		return nil, err
	}
	own := d.liveOf(who)
	for _, f := range submissions(who, ids) {
		entries, err := l.Query(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("finding out whose runs there are: %w", err)
		}
		for _, e := range entries {
			own[e.Run] = own[e.Run] || sameUser(e.Who, who)
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !own[id] }), nil
}

// submissions find out which of ids are who's: one by one where they are few, else all of
// who's at once.
func submissions(who interlock.Identity, ids []string) []ledger.Filter {
	const few = 16
	if len(ids) > few {
		return []ledger.Filter{{Kind: interlock.RecordSubmission, Who: ledger.WhoKey(who)}}
	}
	filters := make([]ledger.Filter, len(ids))
	for i, id := range ids {
		filters[i] = ledger.Filter{Kind: interlock.RecordSubmission, Run: id}
	}
	return filters
}

// liveOf are the runs of who that wait or go on here: their submission is recorded only
// once it was analysed.
func (d *Daemon) liveOf(who interlock.Identity) map[string]bool {
	own := map[string]bool{}
	if d.turns == nil {
		return own
	}
	d.turns.mu.Lock()
	defer d.turns.mu.Unlock()
	for id, a := range d.turns.live {
		own[id] = sameUser(a.s.Who, who)
	}
	return own
}

// sameUser: the name is for reading.
func sameUser(a, b interlock.Identity) bool { return a.Kind == b.Kind && a.UID == b.UID }

// The Names of the errors about a run that was asked for.
const (
	NoSuchRun = "no_such_run"
	NotYours  = "not_yours"
	Ambiguous = "ambiguous"
)

// find is the id of the run that part names for who. One whose folder was pruned is
// found by its whole id, since the ledger has it.
func (d *Daemon) find(ctx context.Context, who interlock.Identity, part string) (string, error) {
	fit, err := d.runs.Fit(part)
	if err != nil {
		return "", err
	}
	own, err := d.seen(ctx, who, fit)
	if err != nil {
		return "", err
	}
	switch id := strings.ToLower(part); {
	case len(own) == 1:
		return own[0], nil
	case len(own) > 1:
		return "", ambiguous(part, own)
	case len(fit) == 1 && fit[0] == id: // who has the whole id knows that there is such a run
		return "", notYours(who, id)
	case len(fit) == 0 && runs.ValidID(id):
		return id, d.recorded(ctx, who, id)
	}
	return "", noRun(part)
}

// recorded reports why the run, which is no longer kept, is not found for who.
func (d *Daemon) recorded(ctx context.Context, who interlock.Identity, id string) error {
	l, err := d.ledger.get(ctx)
	if err != nil {
		return err
	}
	run, ok, err := l.Run(ctx, id)
	switch {
	case err != nil:
		return err
	case !ok:
		return noRun(id)
	case !sameUser(run.Who, who) && !d.oversees(who):
		return notYours(who, id)
	}
	return nil
}

func noRun(part string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: NoSuchRun, Code: interlock.ExitUsage,
		Message: fmt.Sprintf("no run that you may see is named %q", part), Hint: "type `interlock runs list --limit 0`"}
}

func pruned(id string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: NoSuchRun, Code: interlock.ExitUsage,
		Message: fmt.Sprintf("run %s was removed by `runs prune`", id), Hint: fmt.Sprintf("the ledger has its record: `interlock ledger query --run %s`", id)}
}

func notYours(who interlock.Identity, id string) error {
	return &interlock.Error{Kind: interlock.Workflow, Name: NotYours, Code: interlock.ExitRefused,
		Message: fmt.Sprintf("run %s is another user's, and you see your own", id),
		Hint:    fmt.Sprintf("ask whose it is, or one who approves; the operator lists these: `server: {approvers: [%d]}` in config.yml", who.UID)}
}

// ambiguous says which runs, the newest first, part fits.
func ambiguous(part string, ids []string) error {
	const most = 3
	names := strings.Join(ids[:min(len(ids), most)], ", ")
	if more := len(ids) - most; more > 0 {
		names += fmt.Sprintf(" and %d older", more)
	}
	return &interlock.Error{Kind: interlock.Configuration, Name: Ambiguous, Code: interlock.ExitUsage,
		Message: fmt.Sprintf("%q fits %d runs: %s", part, len(ids), names), Hint: "type more of the id, or all of it"}
}
