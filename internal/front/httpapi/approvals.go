package httpapi

import (
	"net/http"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

const maxVerdict = 1 << 20 // bytes of a verdict's body

// requests lists runs that wait for a person.
func (s *Server) requests(w http.ResponseWriter, r *http.Request) {
	s.large(w, r, requestStatus, func() (any, error) {
		list, err := s.o.Daemon.Requests(r.Context(), r.URL.Query().Get("all") == "")
		if err != nil && list == nil {
			return nil, err
		}
		for i := range list { // a list is short; who wants all of one asks for it
			list[i].Source, list[i].Modules, list[i].Stdin = nil, nil, nil
		}
		return apiv1.Requests{Schema: apiv1.Schema, Requests: list}, nil
	})
}

// request shows one.
func (s *Server) request(w http.ResponseWriter, r *http.Request) {
	s.large(w, r, requestStatus, func() (any, error) { return s.o.Daemon.Request(r.Context(), r.PathValue("id")) })
}

// verdict gives the verdict of whom the kernel names.
func (s *Server) verdict(w http.ResponseWriter, r *http.Request) {
	v, release, ok := decoded(s, w, r, maxVerdict, apiv1.DecodeVerdict, "bad_verdict", "docs/approval.md explains each key")
	if !ok {
		return
	}
	defer release()
	one, err := s.o.Daemon.Verdict(r.Context(), who(r), r.PathValue("id"), v)
	if err != nil {
		refuse(w, requestStatus(err), err)
		return
	}
	answer(w, http.StatusOK, one)
}

// start starts an approved run, for whom the kernel names.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	_, release, ok := s.body(w, r, maxVerdict) // read to its end, or nothing tells when the client goes
	if !ok {
		return
	}
	defer release()
	sub, err := s.o.Daemon.Startable(r.Context(), who(r), r.PathValue("id"))
	if err != nil {
		refuse(w, requestStatus(err), err)
		return
	}
	a, err := s.o.Daemon.AdmitStart(sub, who(r))
	if err != nil {
		notAdmitted(w, err)
		return
	}
	s.stream(w, r, a, sub, release)
}

// requestStatus is whose turn it is.
func requestStatus(err error) int {
	switch interlock.AsError(err).Code {
	case interlock.ExitUsage:
		return http.StatusNotFound
	case interlock.ExitRefused, interlock.ExitWaiting:
		return http.StatusConflict
	default:
		return http.StatusInternalServerError
	}
}
