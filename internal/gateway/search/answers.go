package search

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"
)

// Bounds of what is remembered and told. Who searches, and who answers, can fill them.
const (
	maxAnswers = 16_384
	maxTold    = 20
	toldFor    = time.Hour // then it is told again
)

// Answer is who says that it has a name.
type Answer struct {
	Server netip.AddrPort
	GUID   [12]byte // of a server of PV Access; zero in Channel Access
}

// same reports whether both are surely one server.
func (a Answer) same(b Answer) bool {
	return a.Server == b.Server || a.GUID != [12]byte{} && a.GUID == b.GUID
}

// Answers notices that a second server has a name, and that a name is found at another
// server than before. Both are told, once for a name, and neither changes what the
// finder uses. It is safe for concurrent use.
type Answers struct {
	now      func() time.Time
	log      *slog.Logger
	networks func() []Network

	mu    sync.Mutex
	byID  map[uint32]given
	last  map[string]Answer // by name
	odd   map[string]string // by name, what was told of it
	told  map[string]struct{}
	since time.Time // of told
}

type given struct {
	name string
	by   Answer
}

// NewAnswers returns one that logs. networks are those of this host; nil where nothing
// is searched for by broadcast.
func NewAnswers(networks func() []Network, now func() time.Time, log *slog.Logger) *Answers {
	if networks == nil {
		networks = func() []Network { return nil }
	}
	return &Answers{now: now, log: log, networks: networks, byID: map[uint32]given{}, last: map[string]Answer{}, odd: map[string]string{}, told: map[string]struct{}{}}
}

// First notes that the question id, for name, has its answer. tell is to be called
// without locks.
func (a *Answers) First(id uint32, name string, by Answer) (tell func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.byID) >= maxAnswers {
		clear(a.byID)
	}
	if len(a.last) >= maxAnswers {
		clear(a.last)
	}
	before, known := a.last[name]
	a.byID[id], a.last[name] = given{name, by}, by
	delete(a.odd, name)
	if !known || before.same(by) || before.Server.Addr() == by.Server.Addr() { // a server that was started again may have another port
		return func() {}
	}
	text := fmt.Sprintf("the channel %q is at another server than before: %s, and it was %s", name, by.Server, before.Server)
	a.note(name, text)
	return func() { a.say(slog.LevelWarn, "moved "+name, text) }
}

// note remembers what is odd about a name. a.mu is held.
func (a *Answers) note(name, text string) {
	if len(a.odd) >= maxAnswers {
		clear(a.odd)
	}
	a.odd[name] = text
}

// About is what who uses the channel should know of its servers, or "".
func (a *Answers) About(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.odd[name]
}

// Second takes an answer to a question that has one, or that nobody asked, which is
// nothing. It must be called without locks of a logger's.
func (a *Answers) Second(id uint32, by Answer) {
	a.mu.Lock()
	first, known := a.byID[id]
	a.mu.Unlock()
	if !known || first.by.same(by) {
		return
	}
	if a.mayBeOne(first.by, by) {
		a.say(slog.LevelInfo, first.name, fmt.Sprintf("the channel %q is answered for in two networks of this host, at %s, which is used, and %s: by one server that is in both, or by two", first.name, first.by.Server, by.Server))
		return
	}
	text := fmt.Sprintf("two servers have the channel %q: %s answered first and is used, %s is not; to choose, list addresses instead of searching by broadcast", first.name, first.by.Server, by.Server)
	a.mu.Lock()
	a.note(first.name, text)
	a.mu.Unlock()
	a.say(slog.LevelWarn, first.name, text)
}

// mayBeOne reports whether two answers can come from one server that is, as this host
// is, in two networks: it answers each by its address there, from the same port. Where
// servers have a GUID it is known.
func (a *Answers) mayBeOne(x, y Answer) bool {
	if x.GUID != y.GUID || x.Server.Port() != y.Server.Port() {
		return false
	}
	networks := a.networks()
	i, j := beside(networks, x.Server.Addr()), beside(networks, y.Server.Addr())
	return i >= 0 && j >= 0 && networks[i].Local.Masked() != networks[j].Local.Masked()
}

// say tells once for each key, of so many keys, in an hour. People see the message and
// not its attributes, so it has the facts.
func (a *Answers) say(level slog.Level, key, message string) {
	a.mu.Lock()
	if now := a.now(); now.Sub(a.since) > toldFor {
		clear(a.told)
		a.since = now
	}
	_, told := a.told[key]
	n := len(a.told)
	if !told && n <= maxTold {
		a.told[key] = struct{}{}
	}
	a.mu.Unlock()
	switch {
	case told || n > maxTold:
	case n == maxTold:
		a.log.LogAttrs(context.Background(), slog.LevelWarn, "more channels have two servers, or are at another than before, and are not told within the hour")
	default:
		a.log.LogAttrs(context.Background(), level, message)
	}
}
