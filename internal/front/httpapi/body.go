package httpapi

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"
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

// decoded reads a request's body as [Server.body] does, and what is in it. Its error has
// the name and the hint.
func decoded[T any](s *Server, w http.ResponseWriter, r *http.Request, limit int64, decode func([]byte) (T, error), name, hint string) (v T, release func(), ok bool) {
	b, release, ok := s.body(w, r, limit)
	if !ok {
		return v, nil, false
	}
	v, err := decode(b)
	if err != nil {
		release()
		refuse(w, http.StatusBadRequest, malformed(name, "the body is not in order: "+err.Error(), hint))
		return v, nil, false
	}
	return v, release, true
}
