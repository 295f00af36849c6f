package gatewaytest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

// Storm is many messages, most of which fit the state that the gateway is in, some of
// which do not, from clients or from servers of our own. What each says follows from
// Seed; how they come between each other does not. INTERLOCK_STORM says how many, and
// INTERLOCK_STORM_SEED repeats one.
//
// A message counts once the gateway is known to have taken it from its socket and
// decoded or refused it: it has answered something that stood behind it, or has closed
// the circuit at it. So the count is the least that it can have been.
type Storm struct {
	Seed    uint64
	Intents *Intents
	Copies  int // of each run that are there at one time, at most 4; 0 is 1

	t      testing.TB
	most   int64
	began  time.Time
	taken  atomic.Int64
	closed atomic.Int64 // circuits that the gateway closed
}

// NewStorm returns a storm of least messages, a quarter of them with -short, or of as
// many as the environment says.
func NewStorm(t testing.TB, least int64) *Storm {
	t.Helper()
	if testing.Short() {
		least /= 4
	}
	s := &Storm{t: t, most: least, Seed: rand.Uint64(), Intents: NewIntents(), began: time.Now()} //nolint:gosec // as in Rand
	for name, into := range map[string]func(uint64){
		"INTERLOCK_STORM":      func(n uint64) { s.most = int64(n) },
		"INTERLOCK_STORM_SEED": func(n uint64) { s.Seed = n },
	} {
		if text := os.Getenv(name); text != "" {
			n, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			into(n)
		}
	}
	t.Logf("a storm of %d messages; INTERLOCK_STORM_SEED=%d repeats it", s.most, s.Seed)
	return s
}

// Rand is the source of one thing of the storm, by numbers that name it.
func (s *Storm) Rand(who ...uint64) *rand.Rand {
	n := s.Seed
	for _, w := range who {
		n = (n ^ w) * 0x9E3779B97F4A7C15
		n ^= n >> 29
	}
	return rand.New(rand.NewPCG(s.Seed, n)) //nolint:gosec // it is to be repeated, not secret
}

// More reports whether the storm goes on: it ends with enough messages, or a fault.
func (s *Storm) More() bool { return s.taken.Load() < s.most && !s.t.Failed() }

// Took counts messages that the gateway took.
func (s *Storm) Took(n int64) {
	const step = 250_000
	if now := s.taken.Add(n); now/step != (now-n)/step {
		s.t.Logf("%d messages, %.0f/s", now, float64(now)/time.Since(s.began).Seconds())
		wrong, _ := s.Intents.Wrong()
		for _, text := range wrong {
			s.t.Error(text)
		}
	}
}

// Closed counts a circuit that the gateway closed.
func (s *Storm) Closed() { s.closed.Add(1) }

// Failed ends the storm.
func (s *Storm) Failed(format string, args ...any) { s.t.Errorf(format, args...) }

// clients is how many each run has at one time.
const clients = 2

// Guest is one client of a storm: which, of which run.
type Guest struct {
	*Storm
	Tag       byte // all its channels are TAG:..., and all their data is made of it
	Kind      string
	Run       string // the run's id
	Rehearses bool
	Rand      *rand.Rand
	Least     int64 // messages after which its run may end
}

// lastTag is that of the last client where there are four copies of each run.
const lastTag = 'X'

// kinds are the runs of a storm: one that may put, one that may not, and a rehearsal.
var kinds = [...]string{"write", "read_only", "rehearsal"}

// Blow keeps a run of each kind up while the storm goes on, and ends each now and then.
// open opens a run with its doors; client is a client of one run, behind what open
// returned.
func Blow[D any](s *Storm, open func(id string, g interlock.Grant) (interlock.Road, D), client func(*Guest, D)) {
	var group sync.WaitGroup
	for k := range len(kinds) * max(s.Copies, 1) {
		group.Go(func() {
			for epoch := uint64(0); s.More(); epoch++ {
				blow(s, uint64(k), epoch, kinds[k%len(kinds)], open, client)
			}
		})
	}
	group.Wait()
	wrong, arrived := s.Intents.Wrong()
	for _, text := range wrong {
		s.t.Error(text)
	}
	taken, took := s.taken.Load(), time.Since(s.began)
	s.t.Logf("%d messages in %s, %.0f/s; %d circuits closed by the gateway; %d puts arrived; seed %d",
		taken, took.Round(time.Millisecond), float64(taken)/took.Seconds(), s.closed.Load(), arrived, s.Seed)
	if arrived == 0 {
		s.t.Error("no put arrived at all, so nothing was tried")
	}
}

// blow is one run.
func blow[D any](s *Storm, k, epoch uint64, kind string, open func(string, interlock.Grant) (interlock.Road, D), client func(*Guest, D)) {
	id := fmt.Sprintf("%s-%d-%d", kind, k, epoch)
	g := interlock.Grant{Mode: interlock.WriteAccess, Rehearse: kind == "rehearsal"}
	if kind == "read_only" {
		g.Mode = interlock.ReadOnly
	}
	tag := func(i uint64) byte { return byte('A' + k*clients + i) }
	for i := range uint64(clients) {
		g.Channels = append(g.Channels, Entries(tag(i))...)
		g.Reads.Allow = append(g.Reads.Allow, interlock.ChannelPattern{Match: string(tag(i)) + ":*"})
	}
	s.Intents.Begin(id, g)
	road, doors := open(id, g)
	var group sync.WaitGroup
	for i := range uint64(clients) {
		group.Go(func() {
			client(&Guest{Storm: s, Tag: tag(i), Kind: kind, Run: id, Rehearses: g.Rehearse, Rand: s.Rand(uint64(tag(i)), epoch), Least: 20_000}, doors)
		})
	}
	group.Wait()
	s.Intents.End(id, s.stop(road))
}

func (s *Storm) stop(road interlock.Road) interlock.Equipment {
	late := time.AfterFunc(time.Minute, func() { panic("Stop does not return") }) // so that all goroutines are printed
	defer late.Stop()
	return road.Stop()
}

// Patterns are numbers whose bytes are a tag's or 0, from the least to the greatest.
func Patterns(tag byte) (p []float64) {
	t := uint64(tag)
	for _, bits := range []uint64{t << 56, t<<56 | t<<40, t<<56 | t<<48, t<<56 | t<<48 | t<<40} {
		p = append(p, math.Float64frombits(bits))
	}
	slices.Sort(p)
	return p
}

// Whole is a word of a tag.
func Whole(tag byte) uint64 { return uint64(tag) * 0x0101010101010101 }

// Most is the most that a number of a storm may be.
const Most = 1e150

// State is the name of state i of a channel that has states.
func State(tag byte, i int) string { return string(slices.Repeat([]byte{tag}, i+1)) }

// Entries are what a run may put to the channels of a tag.
func Entries(tag byte) (list interlock.ChannelGrants) {
	add := func(name string, e interlock.ChannelGrant) {
		e.Match, e.Writable = string(tag)+":"+name, true
		list = append(list, e)
	}
	zero, most, p := 0.0, Most, Patterns(tag)
	for _, name := range []string{"AO", "SMALL", "LONG", "CHAR", "GRP.x", "GRP.y"} {
		add(name, interlock.ChannelGrant{Min: &zero, Max: &most})
	}
	step := p[2] - p[0]
	add("STEP", interlock.ChannelGrant{Min: &zero, Max: &most, MaxStep: &step, Verify: interlock.VerifyReadback})
	add("BUD", interlock.ChannelGrant{Min: &zero, Max: &most, Budget: 40})
	add("MBB", interlock.ChannelGrant{States: []string{State(tag, 1)}})
	add("STR", interlock.ChannelGrant{})
	return list
}

// Own reports whether no other tag's data are in b. Data are of many bytes of one tag; a
// number that somebody put may have a few.
func Own(tag byte, b []byte) bool { return own(b, tag) }

// OwnRun is Own for the tags of all clients of the tag's run.
func OwnRun(tag byte, b []byte) bool {
	first := (tag-'A')/clients*clients + 'A'
	tags := make([]byte, clients)
	for i := range tags {
		tags[i] = first + byte(i)
	}
	return own(b, tags...)
}

func own(b []byte, tags ...byte) bool {
	run := 0
	for i, c := range b {
		if i > 0 && c != b[i-1] {
			run = 0
		}
		if run++; run >= 4 && c >= 'A' && c <= lastTag && !slices.Contains(tags, c) {
			return false
		}
	}
	return true
}

// Beacon is how many messages a server has said, in a number that a damaged message has
// by accident only.
func Beacon(tag byte, said uint32) uint64 {
	return uint64(tag)<<56 | uint64(said*0x9E3779B1>>8)<<32 | uint64(said)
}

// Said is Beacon undone.
func Said(tag byte, beacon uint64) (said uint32, ok bool) {
	said = uint32(beacon)
	return said, Beacon(tag, said) == beacon
}
