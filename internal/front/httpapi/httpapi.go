// Package httpapi is the public HTTP API, version 1, on the daemon's unix socket:
//
//	POST   /v1/runs              a submission; the answer is a stream of events, one JSON object a line
//	DELETE /v1/runs/{id}         cancels a run; so does closing the connection it was submitted on
//	POST   /v1/runs/{id}/cancel  the same, with a cause
//	GET    /v1/runs              runs that are kept, as far as the caller may see them; ?limit=N
//	GET    /v1/runs/{id}         one of them
//	POST   /v1/runs/{id}/restore undoes its puts, as a run; the answer is a stream as for a submission
//	GET    /v1/writes            how the kill switch stands
//	POST   /v1/writes            turns it
//	GET    /v1/status            what the daemon does
//	GET    /v1/approvals         runs that wait for a person; ?all=1 those that are over too
//	GET    /v1/approvals/{id}    what one of them would do
//	POST   /v1/approvals/{id}    a verdict, or its withdrawal
//	POST   /v1/approvals/{id}/start   starts it, once; the answer is a stream as for a submission
//
// Bodies and events are those of internal/wire/apiv1. Everything that is refused is
// an apiv1.Refusal with a status that says whose turn it is: 400 and 413 the
// client's, 403 nobody's, 412 the client's rules are others, 429 and 503 later,
// with Retry-After.
//
// Who submits is whom the kernel names (SO_PEERCRED), never what a request says.
// In the personal shape that is the daemon's own user and nobody else, root
// included. Where the configuration names a socket for others, the users that it lists
// are served there too; it names those of them who approve.
//
// What a run writes waits until the client takes it, little of it in memory and the rest
// on disk: a client that reads slowly keeps its connection, and never the run's turn. One
// that has not taken all some time after the run's end is cut off, and so is who lets too
// much wait; the result is kept with the run. A client that goes away, by closing as much
// as its own half of the connection, cancels its run.
//
// It does not protect the daemon from its own user, who may as well kill it. What
// it bounds (sizes, times, connections, bytes on their way) keeps a broken client
// from taking the daemon with it.
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// The bounds of a connection.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10
	maxConns      = 1024          // of those who are served, on each socket; half of them of one user, and a 16th more of all who are not
	maxBodies     = 512 << 20     // of all large bodies and answers on their way together
	ownBodies     = maxBodies / 4 // of one user's
	smallBody     = 8 << 10       // is not counted: the connections bound it, and turning writes off must not wait
)

// Options of a Server. Daemon, which must have been opened with Serve, is required.
type Options struct {
	Daemon  *daemon.Daemon
	Version string
	// State is the state directory, for the status, and for output that waits.
	State string
	// Log takes what went wrong with clients; nil drops it.
	Log *slog.Logger
	// UID is the daemon's own user; others are served as [daemon.Daemon.Serves] says.
	UID int
}

// Server serves the API. It is made with New.
type Server struct {
	o       Options
	http    *http.Server
	bodies  *shares       // bytes of bodies and answers that are held
	waiting *shares       // bytes of streams that wait on disk
	makers  chan struct{} // has room for answers that may be made

	mu  sync.Mutex
	own map[int]chan struct{} // by uid, the same as makers of one user; guarded by mu
}

// New returns a Server that does nothing yet.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, bodies: newShares(maxBodies, ownBodies, o.UID), waiting: newShares(maxWaiting, ownWaiting, o.UID),
		makers: make(chan struct{}, makers), own: map[int]chan struct{}{}}
	s.http = &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		ConnContext:       withPeer,
	}
	return s
}

// Serve answers on l until Shutdown. It closes l. It may be called for several
// listeners at once.
func (s *Server) Serve(l net.Listener) error {
	most := connsFor(openFiles())
	err := s.http.Serve(&bounded{Listener: l, whose: s.whose, users: newShares(most, most/2, s.o.UID), strangers: newShares(most/16, most/16, stranger)})
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Shutdown stops listening and waits until clients have taken their answers or ctx
// is done; then it closes what is left. Runs must have ended.
func (s *Server) Shutdown(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/runs", s.submit)
	mux.HandleFunc("DELETE /v1/runs/{id}", s.cancel)
	mux.HandleFunc("POST /v1/runs/{id}/cancel", s.cancel)
	mux.HandleFunc("GET /v1/runs", s.list)
	mux.HandleFunc("GET /v1/runs/{id}", s.show)
	mux.HandleFunc("POST /v1/runs/{id}/restore", s.restore)
	mux.HandleFunc("GET /v1/writes", s.writes)
	mux.HandleFunc("POST /v1/writes", s.turnWrites)
	mux.HandleFunc("GET /v1/status", s.status)
	mux.HandleFunc("GET /v1/approvals", s.requests)
	mux.HandleFunc("GET /v1/approvals/{id}", s.request)
	mux.HandleFunc("POST /v1/approvals/{id}", s.verdict)
	mux.HandleFunc("POST /v1/approvals/{id}/start", s.start)
	for path, methods := range map[string]string{"/v1/approvals": "GET", "/v1/approvals/{id}": "GET, POST", "/v1/approvals/{id}/start": "POST",
		"/v1/runs": "GET, POST", "/v1/runs/{id}": "GET, DELETE", "/v1/runs/{id}/cancel": "POST", "/v1/runs/{id}/restore": "POST",
		"/v1/writes": "GET, POST", "/v1/status": "GET"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", methods)
			refuse(w, http.StatusMethodNotAllowed, malformed("method_not_allowed", r.Method+" is not served on "+r.URL.Path, "use "+methods))
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, malformed("no_such_path", "nothing is served on "+r.URL.Path, "docs/service.md lists what is"))
	})
	return s.admitted(mux)
}

// whose is the user that a connection counts for.
func (s *Server) whose(c net.Conn) int {
	peer, ok := peerOf(c)
	if !ok || peer.UID != s.o.UID && !s.o.Daemon.Serves(peer.UID) {
		return stranger
	}
	return peer.UID
}

// admitted lets through only whom the kernel names as the daemon's user.
func (s *Server) admitted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, ok := r.Context().Value(peerKey{}).(unixsock.Peer)
		if !ok || peer.UID != s.o.UID && !s.o.Daemon.Serves(peer.UID) {
			w.Header().Set("Connection", "close")
			refuse(w, http.StatusForbidden, &interlock.Error{Kind: interlock.Workflow, Name: "not_your_daemon", Code: interlock.ExitRefused,
				Message: "this daemon belongs to another user, and does not serve you",
				Hint:    "start one of your own with `interlock serve`, or run without: `interlock run FILE`"})
			s.o.Log.Warn("refused a connection of another user", slog.Int("uid", peer.UID), slog.Int("pid", peer.PID))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// who is the identity of a request that was admitted.
func who(r *http.Request) interlock.Identity {
	peer, ok := r.Context().Value(peerKey{}).(unixsock.Peer)
	if !ok {
		return interlock.Identity{}
	}
	return daemon.Peer(peer.UID)
}
