package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// submit takes a submission into the queue and answers with its events.
func (s *Server) submit(w http.ResponseWriter, r *http.Request) {
	sub, release, ok := decoded(s, w, r, apiv1.MaxBody, apiv1.DecodeSubmission, "bad_submission", "docs/service.md explains each key; nothing ran")
	if !ok {
		return
	}
	defer release()
	if sub.Rules != "" && sub.Rules != s.o.Daemon.Rules() {
		refuse(w, http.StatusPreconditionFailed, otherRules())
		return
	}
	submitted := sub.Submitted(who(r))
	a, err := s.o.Daemon.Admit(submitted)
	if err != nil {
		notAdmitted(w, err)
		return
	}
	s.stream(w, r, a, submitted, release)
}

// stream answers with the events of an admitted submission. When the run has ended,
// release is called, and nothing of it is held but what waits for the client.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, a *daemon.Admission, submitted *interlock.Submission, release func()) {
	// A client that is gone by now, or goes later, cancels its run.
	stop := context.AfterFunc(r.Context(), func() { a.Cancel(interlock.Interrupted) })
	s.follow(w, r, a.ID(), func(e *events) {
		defer release()
		defer stop()
		s.do(a, submitted, e)
	})
}

// follow answers with the events of the run, which do adds.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, run string, do func(*events)) {
	uid, control := uidOf(r), http.NewResponseController(w)
	e := newEvents(s.o.State, func(n int64) bool { return s.waiting.take(uid, n) })
	go func() {
		defer e.end()
		do(e)
		_ = control.SetWriteDeadline(time.Now().Add(takeTime)) // a connection that cannot have one has ended
	}()
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	err := e.copyTo(w) // until e has ended, so nothing of the run outlives this call
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.o.Log.Warn("cut off a client that did not take the output of a run that had ended",
			slog.String("run", run), slog.Int("uid", uid), slog.Duration("after", takeTime))
	}
	_ = control.SetWriteDeadline(time.Time{})
}

// do takes an admitted submission to its end, as events.
func (s *Server) do(a *daemon.Admission, sub *interlock.Submission, e *events) {
	position := a.Position()
	e.add(&apiv1.Event{Event: apiv1.EventQueued, ID: a.ID(), Position: &position})
	out := interlock.Streams{
		Stdout: e.stream(apiv1.EventStdout),
		Stderr: e.stream(apiv1.EventStderr),
		Notice: func(text string) { e.add(&apiv1.Event{Event: apiv1.EventNotice, Text: text}) },
	}
	result := a.Do(out, func() { e.add(&apiv1.Event{Event: apiv1.EventStarted}) })
	last, err := apiv1.ResultEvent(sub, result)
	if err != nil {
		// The run is recorded; its client learns that from the missing result.
		s.o.Log.Error("a result cannot be sent", slog.String("run", a.ID()), slog.Any("error", err))
		return
	}
	e.add(last)
}

// OtherRules is the Name of the error of a client whose rules are not the daemon's.
const OtherRules = "other_rules"

func otherRules() error {
	return &interlock.Error{Kind: interlock.Workflow, Name: OtherRules, Code: interlock.ExitUsage, RetryRun: true,
		Message: "this daemon judges by another policy, configuration or version than the client would",
		Hint:    "nothing ran; submit without rules to accept the daemon's, or run without the daemon"}
}

// cancel ends a run of the caller's.
func (s *Server) cancel(w http.ResponseWriter, r *http.Request) {
	cause, release, ok := decoded(s, w, r, maxCancel, apiv1.DecodeCancel, "bad_cancel", `send {"cause":"interrupted"}, or nothing`)
	if !ok {
		return
	}
	defer release()
	id, err := s.o.Daemon.Cancel(who(r), r.PathValue("id"), cause)
	if err != nil {
		refuse(w, runStatus(err), err)
		return
	}
	answer(w, http.StatusAccepted, apiv1.Cancelled{Schema: apiv1.Schema, ID: id})
}
