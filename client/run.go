package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// Handler takes what comes before the result. Any field may be nil. Its functions
// and writers are called from the goroutine that called Run; a writer's error is
// dropped, and to stop the run is the writer's to do.
type Handler struct {
	// Queued is called once, with the run's id and its place; 0 is its turn.
	Queued         func(id string, position int)
	Started        func()
	Stdout, Stderr io.Writer
	Notice         func(text string)
}

// Outcome is how a run ended.
type Outcome struct {
	Code interlock.ExitCode // that `interlock run` ends with
	JSON json.RawMessage    // the Result as the daemon wrote it, one line without its end
	// Modules are the files beside the script that the reasons of the decision quote.
	Modules []Module
	// Source is the script, where the caller did not send it: of a start, or a restore.
	Source []byte
}

// Decode returns the result as an object.
func (o *Outcome) Decode() (*Result, error) { return apiv1.DecodeRun(o.JSON) }

// Run submits s, once, and waits for its result. When ctx ends the run is
// cancelled with its cause (interlock.Terminated, else interlock.Interrupted), and
// Run still returns the run's result, if the daemon gives it within a bounded time.
//
// An error that is ErrNotTaken says that nothing ran; one that is ErrLost that the
// run may have run, and id, where it is not "", names it.
func (c *Client) Run(ctx context.Context, s *Submission, h Handler) (o *Outcome, id string, err error) {
	return c.stream(ctx, "/v1/runs", s, h)
}

// stream sends one request that is answered by the events of a run.
func (c *Client) stream(ctx context.Context, path string, body any, h Handler) (o *Outcome, id string, err error) {
	x, err := c.send(context.WithoutCancel(ctx), "POST", path, body)
	if err != nil {
		return nil, "", err
	}
	defer x.close()
	d := json.NewDecoder(x.response.Body)
	for {
		var e apiv1.Event
		if err := d.Decode(&e); err != nil {
			return nil, id, lost(err)
		}
		switch e.Event {
		case apiv1.EventQueued:
			id = e.ID
			stop := context.AfterFunc(ctx, func() { c.giveUp(ctx, x, e.ID) })
			defer stop()
		case apiv1.EventResult:
			return outcome(&e, id)
		case apiv1.EventCutOff:
			return nil, id, lost(&cutOff{e.Text})
		}
		h.take(&e)
	}
}

// giveUp cancels the run, and closes the connection, which cancels it too, where
// no result follows in time.
func (c *Client) giveUp(ctx context.Context, x *exchange, id string) {
	_ = x.conn.SetReadDeadline(time.Now().Add(cancelTimeout)) // fails only on a closed connection
	within, stop := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
	defer stop()
	_, err := c.Cancel(within, id, context.Cause(ctx))
	if r := (*Refused)(nil); err != nil && !errors.As(err, &r) { // a refusal says that it has ended
		_ = x.conn.Close() // the daemon sees it, or is gone
	}
}

// cutOff is why the daemon keeps nothing more of a stream.
type cutOff struct{ why string }

func (c *cutOff) Error() string { return c.why }

func outcome(e *apiv1.Event, id string) (*Outcome, string, error) {
	if e.ExitStatus == nil || len(e.Result) == 0 {
		return nil, id, lost(errors.New("the result is not whole"))
	}
	return &Outcome{Code: exitCode(*e.ExitStatus), JSON: e.Result, Modules: e.Modules, Source: e.Source}, id, nil
}

func (h *Handler) take(e *apiv1.Event) {
	switch {
	case e.Event == apiv1.EventQueued && h.Queued != nil && e.Position != nil:
		h.Queued(e.ID, *e.Position)
	case e.Event == apiv1.EventStarted && h.Started != nil:
		h.Started()
	case e.Event == apiv1.EventStdout && h.Stdout != nil:
		_, _ = h.Stdout.Write(e.Data)
	case e.Event == apiv1.EventStderr && h.Stderr != nil:
		_, _ = h.Stderr.Write(e.Data)
	case e.Event == apiv1.EventNotice && h.Notice != nil:
		h.Notice(e.Text)
	}
}

// LostError is err, an ErrLost, for people: what is known of the run, and what to
// type. It does not say that the run did not run.
func LostError(err error, id string) *interlock.Error {
	e := &interlock.Error{Kind: interlock.Infrastructure, Name: "daemon_lost", Code: interlock.ExitInfrastructure, Err: err,
		Message: "the daemon went away, or waited no longer for the output to be read, before the run's result came, and what the run did until then is not known",
		Hint:    "nothing was run a second time; `interlock runs list` shows what the ledger knows"}
	if id != "" {
		e.Hint = fmt.Sprintf("nothing was run a second time; `interlock runs show %s` shows what the ledger knows", id)
	}
	if cut := (*cutOff)(nil); errors.As(err, &cut) {
		e.Name, e.Message = "cut_off", "the daemon cut off the run's output before its result: "+cut.why
		e.Hint = "the run was not stopped by that; " + e.Hint
	}
	return e
}
