package httpapi

import (
	"bufio"
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// P17: a user has at most their own share, or one thing that is larger; others have theirs.
func TestSharesOfUsers(t *testing.T) {
	s := newShares(10, 4, 7)
	for i, c := range []struct {
		uid  int
		n    int64
		want bool
	}{{1, 4, true}, {1, 1, false}, {1, 0, true}, {2, 5, true}, {2, 1, false}, {2, 0, true}, {3, 2, false}, {3, 1, true}, {3, 0, true}} {
		if got := s.take(c.uid, c.n); got != c.want {
			t.Errorf("%d: %d for %d: %v", i, c.n, c.uid, got)
		}
	}
	s.give(1, 4)
	if !s.take(3, 1) || s.take(3, 1) || s.held() != 7 {
		t.Errorf("%d are held", s.held())
	}
	s.give(2, 5)
	s.give(3, 2)
	if !s.take(7, 4) || !s.take(7, 6) || s.take(7, 1) {
		t.Error("the daemon's own user has not what there is")
	}
	s.give(7, 10)
	if s.held() != 0 || len(s.of) != 0 {
		t.Errorf("%d are held, by %v", s.held(), s.of)
	}
}

// N6, P17: however many users take all that they can get, there is some left for one more,
// and some that only the daemon's own user gets.
func TestUsersTogetherDoNotTakeAll(t *testing.T) {
	for _, users := range []int{1, 2, 3, 10, 100, maxConns} {
		s := newShares(maxConns, maxConns/2, 7)
		for took := true; took; {
			took = false
			for uid := range users {
				took = s.take(1000+uid, 1) || took
			}
		}
		if users < 500 && !s.take(8, 1) {
			t.Errorf("%d users took all but %d", users, maxConns-s.held())
		}
		for range maxConns / 16 {
			if !s.take(7, 1) {
				t.Fatalf("%d users left the daemon's own user nothing", users)
			}
		}
	}
}

// N6, P17: while others hold all that there is room for, writes are turned off all the same.
func TestSmallBodiesAlwaysHaveRoom(t *testing.T) {
	s := New(Options{UID: 7})
	if !s.bodies.take(8, maxBodies-maxBodies/16) {
		t.Fatal("one thing of one user has no room")
	}
	for size, want := range map[int]bool{maxTurn: true, maxTurn + 1: false} {
		r := httptest.NewRequest(http.MethodPost, "/v1/writes", strings.NewReader(strings.Repeat("x", size)))
		r.Header.Set("Content-Type", "application/json")
		r = r.WithContext(context.WithValue(r.Context(), peerKey{}, unixsock.Peer{UID: 8}))
		if b, _, ok := s.body(httptest.NewRecorder(), r, 1<<20); ok != want || ok && len(b) != size {
			t.Errorf("%d bytes: %v", size, ok)
		}
	}
}

// N6, P17: a user, and all who are not served together, may hold some connections only: others
// are still served, and who has too many is told so.
func TestConnectionsOfOneUserAreBounded(t *testing.T) {
	for name, uid := range map[string]int{"a user": 8, "strangers": stranger} {
		t.Run(name, func(t *testing.T) {
			l := &one{conns: make(chan net.Conn, 1), done: make(chan struct{})}
			now := uid
			b := &bounded{Listener: l, whose: func(net.Conn) int { return now }, users: newShares(8, 2, 7), strangers: newShares(2, 2, stranger)}
			dial := func() net.Conn {
				mine, theirs := net.Pipe()
				l.conns <- theirs
				return mine
			}
			accept := func() net.Conn {
				c, err := b.Accept()
				if err != nil {
					t.Error(err)
				}
				return c
			}
			dial()
			first := accept()
			dial()
			accept()
			third := dial()
			accepted := make(chan net.Conn)
			go func() { accepted <- accept() }()
			line, err := bufio.NewReader(third).ReadString('\n')
			if err != nil || !strings.Contains(line, "503") {
				t.Errorf("%q, %v", line, err)
			}
			first.Close() // makes room, once
			first.Close()
			dial()
			<-accepted
			if held := b.users.held() + b.strangers.held(); held != 2 {
				t.Errorf("%d connections are counted", held)
			}
			now = 9
			dial()
			accept()
		})
	}
}

// P17: where the process may have few files open, connections leave four in ten.
func TestConnectionsLeaveFilesForRuns(t *testing.T) {
	for files, want := range map[uint64]int64{0: 32, 256: 64, 1024: 256, 4096: 1024, 1 << 20: 1024, math.MaxUint64: 1024} {
		got := connsFor(files)
		if got != want || files >= 256 && uint64(2*(got+got/16))*10 > files*6 {
			t.Errorf("of %d files: %d", files, got)
		}
	}
}

// N6, P17: two users who take all connections that they can get are told so at once, and
// the daemon's own user, who comes after them, is let in.
func TestTheDaemonsOwnUserCanAlwaysConnect(t *testing.T) {
	l := &one{conns: make(chan net.Conn, 1), done: make(chan struct{})}
	now := 8
	b := &bounded{Listener: l, whose: func(net.Conn) int { return now }, users: newShares(32, 16, 7), strangers: newShares(2, 2, stranger)}
	accepted, whole := make(chan net.Conn), make(chan struct{})
	go func() {
		defer close(whole)
		for c, err := b.Accept(); err == nil; c, err = b.Accept() {
			accepted <- c
		}
	}()
	open := func(uid int) bool {
		mine, theirs := net.Pipe()
		now = uid // no connection is on its way
		l.conns <- theirs
		line := make(chan string, 1)
		go func() {
			text, _ := bufio.NewReader(mine).ReadString('\n') // of one that is let in, when the test closes it
			line <- text
		}()
		select {
		case c := <-accepted:
			t.Cleanup(func() { c.Close() })
			return true
		case text := <-line:
			if !strings.Contains(text, "503") {
				t.Errorf("%q", text)
			}
			return false
		}
	}
	for _, uid := range []int{8, 9, 8, 9} {
		for open(uid) {
		}
	}
	if !open(10) || !open(7) || !open(7) {
		t.Errorf("%v took all", b.users.of)
	}
	close(l.done)
	<-whole
}

// P17: one user has few answers made at a time; those of others are made meanwhile, and who
// goes away gives up their place.
func TestAnswersOfOneUserAreMadeInTurn(t *testing.T) {
	s := New(Options{UID: 7})
	request := func(ctx context.Context, uid int) *http.Request {
		return httptest.NewRequest(http.MethodGet, "/v1/runs", nil).WithContext(context.WithValue(ctx, peerKey{}, unixsock.Peer{UID: uid}))
	}
	made, hold := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	for range ownMakers {
		group.Go(func() {
			_ = s.inTurn(request(t.Context(), 8), func() error { made <- struct{}{}; <-hold; return nil })
		})
		<-made
	}
	gone, goes := context.WithCancel(t.Context())
	goes()
	if err := s.inTurn(request(gone, 8), func() error { t.Error("it is made out of turn"); return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if b, err := s.made(request(t.Context(), 9), func() (any, error) { return 1, nil }); err != nil || string(b) != "1\n" {
		t.Errorf("%q, %v", b, err)
	}
	close(hold)
	group.Wait()
	if err := s.inTurn(request(t.Context(), 8), func() error { return nil }); err != nil || len(s.makers) != 0 {
		t.Errorf("%v; %d places are taken", err, len(s.makers))
	}
}
