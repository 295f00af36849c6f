package channelaccess

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/search"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// lines is a log that two goroutines may write to.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// answering is a server that the finder asks, as the test plays it.
func answering(t *testing.T) (conn net.PacketConn, f *finder, logged *lines) {
	t.Helper()
	var any net.ListenConfig
	conn, err := any.ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	logged = &lines{}
	f, err = newFinder(Addresses{List: []string{conn.LocalAddr().String()}}, Options{Now: time.Now, Log: slog.New(slog.NewTextHandler(logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.close()
		_ = conn.Close() // nothing is written
	})
	return conn, f, logged
}

// question waits for a search and returns its id and who asks.
func question(t *testing.T, conn net.PacketConn) (id uint32, from net.Addr) {
	t.Helper()
	b := make([]byte, maxDatagram)
	for {
		n, from, err := conn.ReadFrom(b)
		if err != nil {
			t.Fatal(err)
		}
		list, _ := ca.Datagram(b[:n], maxDatagram)
		for _, m := range list {
			if m.Command == ca.CmdSearch {
				return m.P2, from
			}
		}
	}
}

func reply(id uint32, port uint16, server uint32) []byte {
	return ca.Append(nil, ca.Message{Command: ca.CmdSearch, Type: port, P1: server, P2: id, Payload: make([]byte, 8)})
}

// N2: an answer counts only with the id of a question that is open, leads to one host,
// and the first one holds.
func TestWhatTheFinderTakesForAnAnswer(t *testing.T) {
	conn, f, logged := answering(t)
	got := make(chan netip.AddrPort, 1)
	go func() {
		at, err := f.find(t.Context(), "X")
		if err != nil {
			t.Error(err)
		}
		got <- at
	}()
	id, from := question(t, conn)
	for _, b := range [][]byte{reply(id+1, 1, 0), reply(id-1, 2, 0), reply(0, 3, 0), reply(1, 4, 0), reply(id, 0, 0), reply(id, 5, 0xe0000001), {}, {1, 2, 3},
		ca.Append(nil, ca.Message{Command: ca.CmdNotFound, Type: 6, P1: id, P2: id}), reply(id, 7, 0xffffffff), reply(id, 8, 0x0a010007), reply(id, 7, 0xffffffff)} {
		if _, err := conn.WriteTo(b, from); err != nil {
			t.Fatal(err)
		}
	}
	if at := <-got; at != netip.MustParseAddrPort("127.0.0.1:7") {
		t.Errorf("found at %s", at)
	}
	// What was sent before the answer to the next question has been taken when that is.
	go func() {
		at, _ := f.find(t.Context(), "Y")
		got <- at
	}()
	next, from := question(t, conn)
	for next == id { // asked again before it was answered
		next, from = question(t, conn)
	}
	if _, err := conn.WriteTo(reply(next, 9, 0), from); err != nil {
		t.Fatal(err)
	}
	<-got
	if at, _ := f.known("X"); at.Port() != 7 {
		t.Errorf("a second answer took the channel: %s", at)
	}
	if said := logged.String(); strings.Count(said, "two servers have the channel") != 1 || !strings.Contains(said, "10.1.0.7:8") {
		t.Errorf("logged %s", said)
	}
}

// P17: what one run looks for does not flood a network by broadcast.
func TestBroadcastsAreBounded(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f, err := newFinder(Addresses{Broadcast: 9}, Options{Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	f.close() // what is due is asked for here
	for i := range 10_000 {
		name := fmt.Sprint("X", i)
		f.wants[name] = &want{name: name, id: uint32(i), due: now, period: firstPeriod}
	}
	count := func() (names int) {
		datagrams, next := f.dueNow()
		for _, d := range datagrams {
			list, err := ca.Datagram(d, maxDatagram)
			if err != nil || len(d) > maxDatagram {
				t.Fatalf("a datagram of %d: %v", len(d), err)
			}
			names += len(list) - 1 // of the version
		}
		if next > time.Second {
			t.Errorf("nothing is due for %s", next)
		}
		return names
	}
	if n := count(); n != 4_000 {
		t.Errorf("%d names at once", n)
	}
	if n := count(); n != 0 {
		t.Errorf("%d more", n)
	}
	total := 0
	for range 300 {
		now = now.Add(10 * time.Millisecond)
		total += count()
	}
	if total < 11_900 || total > 12_000 {
		t.Errorf("%d names in 3 s", total)
	}
	for range 3_000 { // a name may have to wait, and has its turn
		now = now.Add(10 * time.Millisecond)
		count()
	}
	for _, w := range f.wants {
		if w.period == firstPeriod {
			t.Fatalf("%s was never asked for", w.name)
		}
	}
}

// P17: who looks for thousands of names that nobody has does not keep another from theirs.
func TestANewNameIsAskedForFirst(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f, err := newFinder(Addresses{Broadcast: 9}, Options{Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	f.close() // what is due is asked for here
	for i := range 3 * maxSearches {
		name := fmt.Sprint("X", i)
		f.wants[name] = &want{name: name, id: uint32(i), due: now, period: lastPeriod}
	}
	f.dueNow() // which leaves nothing of what may go out
	mine := &want{name: "MINE", id: 1 << 20, due: now, period: firstPeriod}
	f.wants["MINE"] = mine
	now = now.Add(search.Pause)
	if f.dueNow(); mine.period == firstPeriod {
		t.Error("it waits for what was asked for before")
	}
}

// A name that nobody has is asked for all the same until who looks gives up.
func TestFindEnds(t *testing.T) {
	_, f, _ := answering(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if at, err := f.find(ctx, "X"); err == nil || len(f.wants)+len(f.byID) != 0 {
		t.Errorf("found at %s; %d wanted", at, len(f.wants))
	}
}
