package search

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// clock is a time that tests turn.
type clock struct{ at time.Time }

func newClock() *clock                { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }
func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

func logger() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}

func texts(list []Target) (out []string) {
	for _, t := range list {
		out = append(out, t.String())
	}
	return out
}

func TestAroundKeepsUpWithInterfaces(t *testing.T) {
	c := newClock()
	log, logged := logger()
	a := NewAround(5064, c.now, log)
	var list []Interface
	var fails error
	reads := 0
	a.read = func() ([]Interface, error) { reads++; return list, fails }
	asks := func(listed []netip.AddrPort, want ...string) {
		t.Helper()
		if got := texts(a.Ask(listed)); !slices.Equal(got, want) {
			t.Errorf("asks %v, not %v", got, want)
		}
	}
	asks(nil, "127.0.0.1:5064") // as libca where there is no interface
	asks([]netip.AddrPort{netip.MustParseAddrPort("10.5.0.1:5064")})
	list = []Interface{up("10.1.0.5/24", "10.1.0.255", ""), up("10.1.0.6/24", "10.1.0.255", "")}
	asks(nil, "127.0.0.1:5064") // for a second what was read holds
	if reads != 1 {
		t.Errorf("read %d times within a second", reads)
	}
	c.pass(freshFor)
	asks(nil, "10.1.0.255:5064")
	asks([]netip.AddrPort{netip.MustParseAddrPort("10.1.0.255:5064")}) // listed: asked once
	list = append(list, up("10.8.0.1/32", "", "10.8.0.2"))
	c.pass(freshFor)
	asks([]netip.AddrPort{netip.MustParseAddrPort("10.1.0.255:6064")}, "10.1.0.255:5064", "10.8.0.2:5064")
	if to := a.Ask(nil); to[0].One || !to[1].One {
		t.Errorf("which is one host: %+v", to)
	}
	fails = errors.New("no netlink")
	for range 3 {
		c.pass(freshFor)
		asks(nil, "10.1.0.255:5064", "10.8.0.2:5064")
	}
	if n := strings.Count(logged.String(), "no netlink"); n != 1 {
		t.Errorf("the fault is told %d times:\n%s", n, logged)
	}
	fails, list = nil, list[2:]
	c.pass(freshFor)
	asks(nil, "10.8.0.2:5064")
}

// N2: an answer must carry an id that nobody who does not hear the question has.
func TestIDsAreNotToBeGuessed(t *testing.T) {
	seen := map[uint32]bool{}
	taken := func(id uint32) bool { return seen[id] }
	near := 0
	var last uint32
	for range 10_000 {
		id := ID(taken)
		if seen[id] || id == 0 || id == 0xffffffff {
			t.Fatalf("%#x again", id)
		}
		if id-last < 1<<16 {
			near++
		}
		seen[id], last = true, id
	}
	if near > 20 { // 0.15 are expected
		t.Errorf("%d ids follow the one before", near)
	}
	n := 0
	if ID(func(uint32) bool { n++; return n < 5 }) == 0 || n != 5 {
		t.Errorf("a taken id is given out: %d asked", n)
	}
}

// P17: what code in runs looks for does not flood the network.
func TestPace(t *testing.T) {
	c := newClock()
	var p Pace
	take := func() (n int) {
		for p.Take(c.now()) {
			n++
		}
		return n
	}
	if n := take(); n != NamesPerSecond {
		t.Errorf("%d at once", n)
	}
	total := 0
	for range 50 {
		c.pass(Pause)
		total += take()
	}
	if total < NamesPerSecond-1 || total > NamesPerSecond+1 {
		t.Errorf("%d in the second after", total)
	}
	c.pass(time.Hour)
	if n := take(); n != NamesPerSecond {
		t.Errorf("%d after an hour", n)
	}
	c.pass(-time.Hour)
	if n := take(); n != 0 {
		t.Errorf("%d when the clock goes back", n)
	}
}

func server(s string) Answer { return Answer{Server: netip.MustParseAddrPort(s)} }

func guid(s string, id byte) Answer { return Answer{netip.MustParseAddrPort(s), [12]byte{id}} }

// N2: a second server with the name is told; the same server again is not.
func TestSecondAnswer(t *testing.T) {
	two := Networks([]Interface{up("10.1.0.5/24", "10.1.0.255", ""), up("10.2.0.5/24", "10.2.0.255", "")})
	for name, c := range map[string]struct {
		first, second Answer
		want          string // the level, or ""
	}{
		"the same again":                    {server("10.1.0.7:5064"), server("10.1.0.7:5064"), ""},
		"another host":                      {server("10.1.0.7:5064"), server("10.1.0.8:5064"), "WARN"},
		"another server of the host":        {server("10.1.0.7:5064"), server("10.1.0.7:40000"), "WARN"},
		"in two networks, the same port":    {server("10.1.0.7:5064"), server("10.2.0.7:5064"), "INFO"},
		"in two networks, another port":     {server("10.1.0.7:5064"), server("10.2.0.7:5065"), "WARN"},
		"in a network that is not ours":     {server("10.1.0.7:5064"), server("10.3.0.7:5064"), "WARN"},
		"one GUID over two networks":        {guid("10.1.0.7:5075", 1), guid("10.2.0.7:5075", 1), ""},
		"one GUID at two addresses of one":  {guid("10.1.0.7:5075", 1), guid("10.1.0.8:5075", 1), ""},
		"two GUIDs over two networks":       {guid("10.1.0.7:5075", 1), guid("10.2.0.7:5075", 2), "WARN"},
		"two GUIDs in one network":          {guid("10.1.0.7:5075", 1), guid("10.1.0.8:5075", 2), "WARN"},
		"the server was started in between": {guid("10.1.0.7:5075", 1), guid("10.1.0.7:5075", 2), ""},
	} {
		log, logged := logger()
		a := NewAnswers(func() []Network { return two }, newClock().now, log)
		a.First(7, "X", c.first)()
		a.Second(8, c.second) // nobody asked that
		if logged.Len() > 0 {
			t.Errorf("%s: told of an answer that nobody asked for: %s", name, logged)
		}
		a.Second(7, c.second)
		a.Second(7, c.second)
		if odd := a.About("X"); (odd != "") != (c.want == "WARN") || a.About("Y") != "" {
			t.Errorf("%s: who uses the channel is told %q", name, odd)
		}
		if n := strings.Count(logged.String(), "\n"); (c.want == "") != (n == 0) || n > 1 || c.want != "" && !strings.Contains(logged.String(), "level="+c.want) {
			t.Errorf("%s: want %q, got %s", name, c.want, logged)
		}
		if c.want == "WARN" && (!strings.Contains(logged.String(), c.first.Server.String()+" answered first") || !strings.Contains(logged.String(), c.second.Server.String())) {
			t.Errorf("%s: does not say who: %s", name, logged)
		}
	}
}

// A name that is found elsewhere the next time is told, but for a server that came back.
func TestMoved(t *testing.T) {
	log, logged := logger()
	a := NewAnswers(nil, newClock().now, log)
	a.First(1, "X", server("10.1.0.7:5064"))()
	a.First(2, "Y", server("10.1.0.8:5064"))()
	a.First(3, "X", server("10.1.0.7:40000"))()
	if logged.Len() > 0 {
		t.Errorf("told %s", logged)
	}
	a.First(4, "X", server("10.1.0.8:5064"))()
	if !strings.Contains(logged.String(), "at another server than before: 10.1.0.8:5064, and it was 10.1.0.7:40000") {
		t.Errorf("told %q", logged)
	}
}

// P17: who answers cannot fill the log or the memory.
func TestAnswersAreBounded(t *testing.T) {
	log, logged := logger()
	c := newClock()
	a := NewAnswers(nil, c.now, log)
	conflicts := func(from, to uint32) {
		for id := from; id < to; id++ {
			a.First(id, fmt.Sprint("X", id), server("10.1.0.7:5064"))()
			a.Second(id, server("10.1.0.8:5064"))
		}
	}
	conflicts(0, 3*maxAnswers)
	if len(a.odd) > maxAnswers {
		t.Errorf("%d notes are remembered", len(a.odd))
	}
	if n := strings.Count(logged.String(), "\n"); n != maxTold+1 || len(a.byID) > maxAnswers || len(a.last) > maxAnswers {
		t.Errorf("%d lines, %d and %d remembered", n, len(a.byID), len(a.last))
	}
	logged.Reset()
	c.pass(2 * toldFor)
	conflicts(0, 1)
	if !strings.Contains(logged.String(), "X0") {
		t.Error("nothing is told after the hour")
	}
}
