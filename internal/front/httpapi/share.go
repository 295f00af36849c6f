package httpapi

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// Nobody gets all of what users share, nor do several together: who asks for much and
// takes nothing would keep the others from their runs, and from turning writes off.

// stranger stands for all whom the kernel does not name, or who are not served.
const stranger = -1

// shares is how much of something is had, and by whom. Who has some already gets more only
// while that leaves as much as it makes theirs: however many ask for all they can get,
// something is left for the next.
type shares struct {
	most int64 // of all together
	kept int64 // of most, for the daemon's own user alone
	own  int64 // of one user; one thing may be larger
	free int   // the uid that may have all: the daemon's own, who needs no share of what is theirs

	mu  sync.Mutex
	all int64
	of  map[int]int64 // by uid; who has nothing is not in it
}

func newShares(most, own int64, free int) *shares {
	return &shares{most: most, kept: most / 16, own: own, free: free, of: map[int]int64{}}
}

// take takes n for the user, if there is room; it gives back where n is negative.
func (s *shares) take(uid int, n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > 0 && !s.fits(uid, n) {
		return false
	}
	s.all += n
	if s.of[uid] += n; s.of[uid] == 0 {
		delete(s.of, uid)
	}
	return true
}

func (s *shares) fits(uid int, n int64) bool {
	left := s.most - s.all - n
	if uid == s.free {
		return left >= 0
	}
	left -= s.kept
	return left >= 0 && (s.of[uid] == 0 || s.of[uid]+n <= min(s.own, left))
}

// give gives n back that was taken for the user.
func (s *shares) give(uid int, n int64) { s.take(uid, -n) }

// counted is n, or 0 where it is too little to count.
func counted(n int64) int64 {
	if n <= smallBody {
		return 0
	}
	return n
}

// held is what all have together.
func (s *shares) held() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

// uidOf is whose the request is.
func uidOf(r *http.Request) int {
	if peer, ok := r.Context().Value(peerKey{}).(unixsock.Peer); ok {
		return peer.UID
	}
	return stranger
}

// The answers that are made, and runs looked up to be restored, at a time: each is read,
// decoded and encoded whole.
const (
	makers    = 8
	ownMakers = 2 // of one user
)

// makersOf has room for the answers of one user.
func (s *Server) makersOf(uid int) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own[uid] == nil {
		s.own[uid] = make(chan struct{}, ownMakers)
	}
	return s.own[uid]
}

// inTurn does it when it is the caller's turn.
func (s *Server) inTurn(r *http.Request, do func() error) error {
	for _, room := range []chan struct{}{s.makersOf(uidOf(r)), s.makers} {
		select {
		case room <- struct{}{}:
			defer func() { <-room }()
		case <-r.Context().Done():
			return context.Cause(r.Context())
		}
	}
	return do()
}

// made is an answer, made in turn and encoded.
func (s *Server) made(r *http.Request, of func() (any, error)) (b []byte, err error) {
	err = s.inTurn(r, func() error {
		v, err := of()
		if err == nil {
			b, err = apiv1.Encode(v)
		}
		return err
	})
	return b, err
}

// full tells a client whose connections are too many so, and closes this one.
func full(c net.Conn) {
	b, err := apiv1.Encode(apiv1.Refusal{Schema: apiv1.Schema, ExitStatus: interlock.ExitInfrastructure.Status(), RetryAfterS: 1,
		Error: apiv1.Failure(&interlock.Error{Kind: interlock.Infrastructure, Name: "busy", Code: interlock.ExitInfrastructure, RetryRun: true,
			Message: "you have too many connections to the daemon; try again in 1 s", Hint: "nothing was changed"})})
	if err == nil { // a few bytes, which the kernel takes at once
		_, _ = io.WriteString(c, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: application/json\r\nContent-Length: "+strconv.Itoa(len(b))+"\r\n\r\n"+string(b))
	}
	_ = c.Close()
}
