// Package gateway is the only road from a run to equipment.
//
// A run lives in a network of its own. In it wait the sockets of this package, one
// set for each control system; a client library inside finds them by its own
// environment variables and speaks its own protocol. Both sides of every protocol
// end here: no byte of a client's is ever passed on, and every id on either side is
// the gateway's own.
//
//	run ── client ──▶ door ══ channelaccess | pvaccess ══ Run ──▶ server (IOC)
//	                            decodes, encodes            decides, records
//
// A [System] is one control system: its doors, its bytes. What may be read, what may
// be put, what was put and what was refused is [Run], one for each run and the same
// for every system, so that a limit, a rate or a budget holds over all protocols and
// all spellings of a channel. A put is, in this order and as one step per channel
// over all runs of a state directory:
//
//	the grant ─▶ the kill switch ─▶ present value read ─▶ limits ─▶ intent durable ─▶ sent ─▶ what became of it
//
// The gateway sees the grant and nothing of the policy. It keeps no values: each read
// goes to the server.
//
// Not protected against: what the equipment does with a put that was granted; other
// clients of the same channel, between the reading of the present value and the put;
// a server that lies; hosts from which the servers can be reached past this gateway.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
)

// System is one control system: a protocol with its own doors. It is safe for
// concurrent use.
type System interface {
	// Name is the protocol's, as records and reports have it: channel_access.
	Name() string
	// Doors are where its clients knock; none where no server of it is configured.
	Doors() []interlock.Door
	// Variables are what clients inside a run find the doors by.
	Variables() map[string]string
	// Serve serves one run at those of its doors that doors has, and closes them. It
	// returns at once.
	Serve(r *Run, doors interlock.Doors) (Server, error)
	// Close ends what the runs share.
	Close() error
}

// Server serves one run with one system.
type Server interface {
	// WritesChanged tells connected clients that the kill switch was turned.
	WritesChanged()
	// Stop ends every circuit of the run and waits. It is idempotent.
	Stop()
}

// Options configure a Gateway. All but Log are required.
type Options struct {
	Systems []System
	// Dir is the state directory: where the kill switch is and puts are serialised.
	Dir    string
	Ledger interlock.Ledger
	Now    func() time.Time
	Log    *slog.Logger
}

// Gateway implements interlock.Gateway. It is safe for concurrent use.
type Gateway struct {
	opt    Options
	writes *Writes
	order  *order

	mu   sync.Mutex
	runs map[*Run]struct{} // that may put
	stop chan struct{}     // of the watch; nil while there is none
	done sync.WaitGroup
}

// New returns a Gateway. It opens nothing until a run may put. The caller closes it.
func New(opt Options) *Gateway {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	return &Gateway{opt: opt, writes: NewWrites(opt.Dir), order: newOrder(opt.Dir), runs: map[*Run]struct{}{}}
}

// Doors are those of all systems.
func (g *Gateway) Doors() (doors []interlock.Door) {
	for _, s := range g.opt.Systems {
		doors = append(doors, s.Doors()...)
	}
	if len(doors) > 0 {
		doors = append(doors, whyDoor())
	}
	return doors
}

// Variables are those of all systems that have doors.
func (g *Gateway) Variables() map[string]string {
	out := map[string]string{whyVariable: fmt.Sprintf("127.0.0.1:%d", whyPort)}
	for _, s := range g.opt.Systems {
		if len(s.Doors()) > 0 {
			for name, value := range s.Variables() {
				out[name] = value
			}
		}
	}
	return out
}

// Open implements interlock.Gateway.
func (g *Gateway) Open(_ context.Context, s *interlock.Submission, grant interlock.Grant) (interlock.Road, error) {
	for _, d := range grant.Doors {
		if !slices.Contains(g.Doors(), d) {
			return nil, &interlock.Error{Kind: interlock.Infrastructure, Name: "no_gateway", Code: interlock.ExitInfrastructure,
				Message: fmt.Sprintf("the grant has a door to a control system at port %d, and no gateway serves it", d.Port),
				Hint:    "run it again: the configuration has changed meanwhile"}
		}
	}
	r := newRun(g, s, grant)
	if r.puts() {
		g.watch(r)
	}
	return r, nil
}

// watchPeriod is how soon connected clients hear of the kill switch. No put waits for it.
const watchPeriod = 5 * time.Millisecond

// watch looks after the kill switch while runs that may put go on.
func (g *Gateway) watch(r *Run) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.runs[r] = struct{}{}
	if g.stop != nil {
		return
	}
	g.stop = make(chan struct{})
	g.done.Add(1)
	go g.watching(g.stop)
}

func (g *Gateway) watching(stop chan struct{}) {
	defer g.done.Done()
	tick := time.NewTicker(watchPeriod)
	defer tick.Stop()
	was := g.writes.Off()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		if off := g.writes.Off(); off != was {
			was = off
			for _, r := range g.writing() {
				r.writesChanged(off)
			}
		}
	}
}

func (g *Gateway) writing() (runs []*Run) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for r := range g.runs {
		runs = append(runs, r)
	}
	return runs
}

// ended forgets a run; the last one ends the watch.
func (g *Gateway) ended(r *Run) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.runs, r)
	if len(g.runs) == 0 && g.stop != nil {
		close(g.stop)
		g.stop = nil
	}
}

// Close ends what the runs shared. Runs must have ended.
func (g *Gateway) Close() error {
	g.done.Wait()
	errs := []error{g.order.close(), g.writes.Close()}
	for _, s := range g.opt.Systems {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// Writes is the kill switch.
func (g *Gateway) Writes() *Writes { return g.writes }
