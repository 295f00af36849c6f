package pvaccess

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/search"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// quietFinder is one that asks nobody: what is due, and what is answered, the test says.
func quietFinder(t *testing.T, broadcast uint16, now func() time.Time) (*finder, *bytes.Buffer) {
	t.Helper()
	var logged bytes.Buffer
	f, err := newFinder(nil, nil, broadcast, now, slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	f.close()
	f.closed = false
	return f, &logged
}

func found(id byte, server string, port uint16, ids ...uint32) pva.SearchResponse {
	s := pva.SearchResponse{Found: true, Protocol: "tcp", Port: port, IDs: ids, GUID: [12]byte{id}}
	if server != "" {
		s.Server = netip.MustParseAddr(server)
	}
	return s
}

// N2: an answer counts only with the id of a question that is open, leads to one host,
// and the first one holds. A server that answers twice, at two addresses, is one.
func TestWhatTheFinderTakesForAnAnswer(t *testing.T) {
	f, logged := quietFinder(t, 0, time.Now)
	from := netip.MustParseAddrPort("10.1.0.7:40000")
	var told []netip.AddrPort
	if f.seek("X", 0, time.Minute, func(at netip.AddrPort) { told = append(told, at) }) == nil {
		t.Fatal("not sought")
	}
	id := f.wants["X"].id
	none, udp := found(1, "", 5075, id), found(1, "", 5075, id)
	none.Found, udp.Protocol = false, "udp"
	for _, s := range []pva.SearchResponse{none, udp, found(1, "", 0, id), found(1, "", 5075, id+1, id-1, 0, 1), found(1, "127.0.0.1", 5075, id), found(1, "224.0.0.1", 5075, id),
		found(1, "255.255.255.255", 5075, id), found(1, "::ffff:127.0.0.1", 5075, id)} {
		f.found(s, from)
	}
	if _, ok := f.lookup("X"); ok || len(told) > 0 {
		t.Fatalf("taken for an answer: %v", told)
	}
	f.found(found(1, "0.0.0.0", 5075, id), from)
	first := netip.MustParseAddrPort("10.1.0.7:5075")
	f.found(found(1, "10.2.0.7", 5075, id), netip.MustParseAddrPort("10.2.0.7:40000")) // the same server
	if logged.Len() > 0 {
		t.Errorf("logged %s", logged)
	}
	f.found(found(2, "", 5075, id), netip.MustParseAddrPort("10.1.0.8:40000"))
	f.found(found(3, "", 5075, id), netip.MustParseAddrPort("10.1.0.9:40000"))
	if at, _ := f.lookup("X"); at != first || len(told) != 1 || told[0] != first {
		t.Errorf("at %s, told %v", at, told)
	}
	if n := strings.Count(logged.String(), "two servers have the channel"); n != 1 {
		t.Errorf("told %d times: %s", n, logged)
	}
}

// P17: what one run looks for does not flood a network by broadcast.
func TestBroadcastsAreBounded(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f, _ := quietFinder(t, 9, func() time.Time { return now })
	for i := range 5_000 {
		if f.seek(fmt.Sprint("X", i), 0, time.Hour, func(netip.AddrPort) {}) == nil {
			t.Fatal("not sought")
		}
	}
	total := 0
	for range 100 {
		list, next := f.due()
		total += len(list)
		if next > time.Second {
			t.Fatalf("nothing is due for %s", next)
		}
		now = now.Add(10 * time.Millisecond)
	}
	if total < 7_900 || total > 8_000 {
		t.Errorf("%d names in a second", total)
	}
}

// P17: who looks for thousands of names that nobody has does not keep another from theirs.
func TestANewNameIsAskedForFirst(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f, _ := quietFinder(t, 9, func() time.Time { return now })
	for i := range maxNames {
		f.seek(fmt.Sprint("X", i), 0, time.Hour, func(netip.AddrPort) {})
	}
	for range 6 { // each was asked for, and all are due again
		f.due()
		now = now.Add(time.Second)
	}
	f.due() // which leaves nothing of what may go out
	f.seek("MINE", 0, time.Hour, func(netip.AddrPort) {})
	now = now.Add(search.Pause)
	list, _ := f.due()
	if !slices.ContainsFunc(list, func(s pva.Sought) bool { return s.Name == "MINE" }) {
		t.Errorf("it waits, and %d others were asked for", len(list))
	}
}
