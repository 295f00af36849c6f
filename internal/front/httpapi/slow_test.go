package httpapi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// one is a listener of one connection, whose peer is this process's user.
type one struct {
	conns chan net.Conn
	done  chan struct{}
}

func (o *one) Accept() (net.Conn, error) {
	select {
	case c := <-o.conns:
		return c, nil
	case <-o.done:
		return nil, net.ErrClosed
	}
}
func (o *one) Close() error   { close(o.done); return nil }
func (o *one) Addr() net.Addr { return &net.UnixAddr{} }

// A client that sends its header or its body a byte at a time is dropped after
// the time for it, on a clock that does not wait.
func TestSlowClientsAreDropped(t *testing.T) {
	const head = "POST /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
	for name, c := range map[string]struct {
		sent  string
		after time.Duration
	}{"header": {"POST /v1/runs HT", headerTimeout}, "body": {head, bodyTimeout}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{UID: 7})
				s.http.ConnContext = nil
				handler := s.http.Handler
				s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), peerKey{}, unixsock.Peer{UID: 7})))
				})
				l := &one{conns: make(chan net.Conn, 1), done: make(chan struct{})}
				mine, theirs := net.Pipe()
				l.conns <- theirs
				served := make(chan error, 1)
				go func() { served <- s.Serve(l) }()
				began := time.Now()
				var sender sync.WaitGroup
				sender.Go(func() {
					io.WriteString(mine, c.sent)
					for range 1000 {
						time.Sleep(time.Second)
						if _, err := io.WriteString(mine, "x"); err != nil {
							return
						}
					}
				})
				answer, err := io.ReadAll(bufio.NewReader(mine))
				if err != nil && !errors.Is(err, io.ErrClosedPipe) {
					t.Error(err)
				}
				if took := time.Since(began); took < c.after || took > c.after+5*time.Second {
					t.Errorf("dropped after %v, want %v: %s", took, c.after, answer)
				}
				if name == "body" && !strings.Contains(string(answer), "cut_off") {
					t.Errorf("%s", answer)
				}
				mine.Close()
				sender.Wait()
				s.Shutdown(t.Context())
				<-served
			})
		})
	}
}

// P17: a client that asks for much and takes nothing loses its connection, and gives back
// what it held; where too much is held already, the answer is to try again.
func TestLargeAnswersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{UID: 7})
		s.http.ConnContext = nil
		s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.large(w, r, runStatus, func() (any, error) { return strings.Repeat("x", 1<<20), nil })
		})
		l := &one{conns: make(chan net.Conn, 1), done: make(chan struct{})}
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		ask := func() net.Conn {
			mine, theirs := net.Pipe()
			l.conns <- theirs
			io.WriteString(mine, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			return mine
		}
		slow := ask()
		synctest.Wait()
		if held := s.bodies.held(); held < 1<<20 {
			t.Errorf("%d bytes are counted", held)
		}
		time.Sleep(bodyTimeout + time.Second)
		if held := s.bodies.held(); held != 0 {
			t.Errorf("%d bytes are held for a client that takes nothing", held)
		}
		slow.Close()
		if !s.bodies.take(8, maxBodies-maxBodies/16) {
			t.Error("one thing of one user has no room")
		}
		busy := ask()
		if line, err := bufio.NewReader(busy).ReadString('\n'); !strings.Contains(line, "503") {
			t.Errorf("%q, %v", line, err)
		}
		busy.Close()
		if err := s.http.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
}
