package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

const maxRestore, maxTurn, maxCancel = 8 << 10, 8 << 10, 1 << 10 // bytes of the bodies

// list lists the runs that the caller may see.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	limit := 50 // as on the command line
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			refuse(w, http.StatusBadRequest, malformed("bad_limit", "limit is "+strconv.Quote(text)+", and no number of runs", "send for example ?limit=10; 0 is all"))
			return
		}
		limit = n
	}
	s.large(w, r, runStatus, func() (any, error) { return s.o.Daemon.ListRuns(r.Context(), who(r), limit) })
}

// show shows one.
func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	s.large(w, r, runStatus, func() (any, error) { return s.o.Daemon.ShowRun(r.Context(), who(r), r.PathValue("id")) })
}

// large answers with what may be large, or refuses with the status of the error: few are
// made at a time, bytes on their way are bounded, and so is the time that a client takes
// for them.
func (s *Server) large(w http.ResponseWriter, r *http.Request, status func(error) int, of func() (any, error)) {
	b, err := s.made(r, of)
	if err != nil {
		refuse(w, status(err), err)
		return
	}
	uid, n := uidOf(r), counted(int64(len(b)))
	if !s.bodies.take(uid, n) {
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, &interlock.Error{Kind: interlock.Infrastructure, Name: "busy", Code: interlock.ExitInfrastructure, RetryRun: true,
			Message: "too many large answers are on their way; try again in 1 s", Hint: "nothing was changed"})
		return
	}
	defer s.bodies.give(uid, n)
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(bodyTimeout)) // a connection that cannot have one has ended
	send(w, http.StatusOK, b)
	_ = control.SetWriteDeadline(time.Time{})
}

// restore takes a restore into the queue, as the caller's, and answers with its events.
func (s *Server) restore(w http.ResponseWriter, r *http.Request) {
	how, release, ok := decoded(s, w, r, maxRestore, apiv1.DecodeRestore, "bad_restore", "docs/service.md explains each key; nothing was put")
	if !ok {
		return
	}
	defer release()
	var sub *interlock.Submission
	err := s.inTurn(r, func() (err error) {
		sub, err = s.o.Daemon.RestoreRun(r.Context(), who(r), r.PathValue("id"), how)
		return err
	})
	if err != nil {
		refuse(w, runStatus(err), err)
		return
	}
	a, err := s.o.Daemon.Admit(sub)
	if err != nil {
		notAdmitted(w, err)
		return
	}
	s.stream(w, r, a, sub, release)
}

// writes says how the kill switch stands.
func (s *Server) writes(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, s.o.Daemon.Switch())
}

// turnWrites turns it, for whom the kernel names.
func (s *Server) turnWrites(w http.ResponseWriter, r *http.Request) {
	turn, release, ok := decoded(s, w, r, maxTurn, apiv1.DecodeTurnWrites, "bad_switch", `send {"writes": "off", "reason": "..."}`)
	if !ok {
		return
	}
	defer release()
	now, err := s.o.Daemon.TurnWrites(context.WithoutCancel(r.Context()), who(r), turn) // a client that goes leaves no record out
	if err != nil {
		refuse(w, runStatus(err), err)
		return
	}
	answer(w, http.StatusOK, now)
}

// runStatus is whose turn it is.
func runStatus(err error) int {
	switch e := interlock.AsError(err); {
	case e.Name == daemon.Ambiguous:
		return http.StatusConflict
	case e.Code == interlock.ExitUsage:
		return http.StatusNotFound
	case e.Code == interlock.ExitRefused:
		return http.StatusForbidden
	}
	return http.StatusInternalServerError
}
