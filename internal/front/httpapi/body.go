package httpapi

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// body reads a request's body, which must say its length and its kind, in bounded
// time. release must be called when the bytes are no longer used, and may be again.
// Where ok is false the request was answered.
func (s *Server) body(w http.ResponseWriter, r *http.Request, limit int64) (b []byte, release func(), ok bool) {
	no := func(status int, name, message, hint string) ([]byte, func(), bool) {
		w.Header().Set("Connection", "close") // what is left of the body is not read
		refuse(w, status, malformed(name, message, hint))
		return nil, nil, false
	}
	n := r.ContentLength
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); n != 0 && (err != nil || kind != "application/json") {
		return no(http.StatusUnsupportedMediaType, "not_json", "the body is not said to be application/json", "send Content-Type: application/json")
	}
	if n < 0 {
		return no(http.StatusLengthRequired, "length_required", "the body does not say its length", "send Content-Length")
	}
	if n > limit {
		return no(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("the body has %d bytes, and %d are the most", n, limit), "pass large data as inputs, by path")
	}
	uid, share := uidOf(r), counted(n)
	if !s.bodies.take(uid, share) {
		w.Header().Set("Retry-After", "1")
		return no(http.StatusServiceUnavailable, "busy", "too many large submissions are on their way; try again in 1 s", "nothing ran")
	}
	release = sync.OnceFunc(func() { s.bodies.give(uid, share) })
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout)) // a connection that cannot have one has ended
	b = make([]byte, n)
	if _, err := io.ReadFull(r.Body, b); err != nil {
		release()
		return no(http.StatusBadRequest, "cut_off", fmt.Sprintf("the body ended before its %d bytes, or took longer than %v: nothing ran", n, bodyTimeout), "send it again")
	}
	_ = control.SetReadDeadline(time.Time{})
	return b, release, true
}

// submission reads the body of POST /v1/runs.
func (s *Server) submission(w http.ResponseWriter, r *http.Request) (*apiv1.Submission, func(), bool) {
	b, release, ok := s.body(w, r, apiv1.MaxBody)
	if !ok {
		return nil, nil, false
	}
	sub, err := apiv1.DecodeSubmission(b)
	if err != nil {
		release()
		refuse(w, http.StatusBadRequest, malformed("bad_submission", "the submission is not in order: "+err.Error(), "docs/service.md explains each key; nothing ran"))
		return nil, nil, false
	}
	return sub, release, true
}
