package cli

import (
	"context"
	"errors"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// shelf is where runs are kept, and what the commands about them need of it: the state
// directory of this user, or a daemon that serves several.
type shelf interface {
	ListRuns(ctx context.Context, limit int) (*apiv1.Runs, error)
	ShowRun(ctx context.Context, part string) (*apiv1.Run, error)
	// Restore undoes the puts of a run, as a run of its own, into f.
	Restore(ctx context.Context, part string, how *apiv1.Restore, out interlock.Streams, f *finished) error
	Writes(ctx context.Context) (*apiv1.Writes, error)
	TurnWrites(ctx context.Context, turn *apiv1.TurnWrites) (*apiv1.Writes, error)
	Close() error
}

// ListRuns implements shelf.
func (o own) ListRuns(ctx context.Context, limit int) (*apiv1.Runs, error) {
	return o.Daemon.ListRuns(ctx, daemon.Self(), limit)
}

// ShowRun implements shelf.
func (o own) ShowRun(ctx context.Context, part string) (*apiv1.Run, error) {
	return o.Daemon.ShowRun(ctx, daemon.Self(), part)
}

// Restore implements shelf.
func (o own) Restore(ctx context.Context, part string, how *apiv1.Restore, out interlock.Streams, f *finished) error {
	s, err := o.RestoreRun(ctx, daemon.Self(), part, how)
	if err != nil {
		return err
	}
	r := o.Do(ctx, s, out)
	f.run, f.source, f.code = apiv1.NewRun(s, r), s.Source, exitCode(r)
	return nil
}

// Writes implements shelf.
func (o own) Writes(context.Context) (*apiv1.Writes, error) { return o.Switch(), nil }

// TurnWrites implements shelf.
func (o own) TurnWrites(ctx context.Context, turn *apiv1.TurnWrites) (*apiv1.Writes, error) {
	return o.Daemon.TurnWrites(ctx, daemon.Self(), turn)
}

// ListRuns implements shelf.
func (t there) ListRuns(ctx context.Context, limit int) (*apiv1.Runs, error) {
	list, err := t.Client.Runs(ctx, limit)
	return list, notThere(err)
}

// ShowRun implements shelf.
func (t there) ShowRun(ctx context.Context, part string) (*apiv1.Run, error) {
	r, err := t.Client.ShowRun(ctx, part)
	return r, notThere(err)
}

// Restore implements shelf. A daemon that refuses has words of its own; one that went
// away after it began leaves what is known in f.
func (t there) Restore(ctx context.Context, part string, how *apiv1.Restore, out interlock.Streams, f *finished) error {
	o, id, err := t.Client.Restore(ctx, part, how, client.Handler{Stdout: out.Stdout, Stderr: out.Stderr, Notice: out.Notice})
	return f.answered(&interlock.Submission{Name: "restore-" + part}, o, id, err)
}

// Writes implements shelf.
func (t there) Writes(ctx context.Context) (*apiv1.Writes, error) {
	s, err := t.Client.Writes(ctx)
	return s, notThere(err)
}

// TurnWrites implements shelf. Who loses the daemon meanwhile does not know how the
// switch stands, and must look.
func (t there) TurnWrites(ctx context.Context, turn *apiv1.TurnWrites) (*apiv1.Writes, error) {
	s, err := t.Client.TurnWrites(ctx, turn)
	if errors.Is(err, client.ErrLost) {
		return nil, &interlock.Error{Kind: interlock.Infrastructure, Name: "daemon_lost", Code: interlock.ExitInfrastructure, Err: err,
			Message: "the daemon went away before it answered, and whether writes are " + turn.Writes + " is not known", Hint: "`interlock writes status` says how it stands"}
	}
	return s, notThere(err)
}
