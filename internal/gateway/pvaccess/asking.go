package pvaccess

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// askedFor is how long a client's question is kept: clients ask again after less.
const askedFor = 3 * time.Minute

// sweepPeriod is how often questions that nobody asks any more are looked for.
const sweepPeriod = time.Second

// question is who asks for which name: a circuit, or an address by UDP.
type question struct {
	c    *circuit
	from netip.AddrPort
	name string
}

// asking is a question without an answer yet. server.mu guards it.
type asking struct {
	seeker   *seeker
	id       uint32
	sequence uint32
	answer   func(pva.SearchResponse)
	until    time.Time
}

// packets answers the searches that come by UDP.
func (v *server) packets(p net.PacketConn) {
	defer v.done.Done()
	buf := make([]byte, 64<<10)
	for {
		n, from, err := p.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // such as that a client that was answered has gone
		}
		addr, ok := from.(*net.UDPAddr)
		if !ok || !addr.IP.IsLoopback() {
			continue
		}
		list, _ := pva.Datagram(buf[:n]) // what is no message is not answered
		for _, m := range list {
			if m.Command != pva.Search || m.Control || m.Server {
				continue
			}
			d := m.Decoder()
			s := d.SearchRequest()
			if d.Err() != nil {
				break
			}
			to := netip.AddrPortFrom(addr.AddrPort().Addr(), s.Port)
			v.search(s, question{from: to}, func(r pva.SearchResponse) {
				e := pva.NewEncoder(true, false)
				e.SearchResponse(r)
				_, _ = p.WriteTo(e.B, net.UDPAddrFromAddrPort(to)) // a client that does not hear it asks again
			})
		}
	}
}

// search answers what can be answered and remembers the rest.
func (v *server) search(s pva.SearchRequest, who question, answer func(pva.SearchResponse)) {
	if !s.TCP {
		return
	}
	r := v.response(s.Sequence)
	for _, c := range s.Channels {
		if c.Name == "" || len(c.Name) > maxChannelName {
			continue
		}
		_, has := v.finder.lookup(c.Name)
		if has || v.run.MayRead(c.Name) != nil {
			r.IDs = append(r.IDs, c.ID)
			continue
		}
		if !v.maySeek(c.Name) {
			continue
		}
		who.name = c.Name
		v.ask(who, asking{id: c.ID, sequence: s.Sequence, answer: answer})
	}
	if r.Found = len(r.IDs) > 0; r.Found || s.Flags&pva.SearchReply != 0 {
		answer(r)
	}
}

func (v *server) response(sequence uint32) pva.SearchResponse {
	return pva.SearchResponse{GUID: v.guid, Sequence: sequence, Server: v.addr, Port: v.port, Protocol: "tcp"}
}

// ask remembers a question, the latest of each who asks for a name.
func (v *server) ask(q question, a asking) {
	now := v.finder.now()
	a.until = now.Add(askedFor)
	v.mu.Lock()
	defer v.mu.Unlock()
	if old := v.asked[q]; old != nil {
		old.id, old.sequence, old.answer, old.until = a.id, a.sequence, a.answer, a.until
		if old.seeker.renew(askedFor) {
			return
		}
	} else {
		if v.stopped || !v.roomToAsk(now) {
			return
		}
		v.asked[q] = &a
	}
	waits := v.asked[q]
	if waits.seeker = v.finder.seek(q.name, 0, askedFor, func(netip.AddrPort) { v.found(q) }); waits.seeker == nil {
		delete(v.asked, q)
	}
}

// maySeek reports whether a name may be searched for: a run searches for so many
// different names, and no more, since all runs share who searches.
func (v *server) maySeek(name string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, had := v.names[name]; had {
		return true
	}
	if len(v.names) >= maxNames {
		return false
	}
	v.names[name] = struct{}{}
	return true
}

// roomToAsk makes room for one more question where there is some. v.mu is held.
func (v *server) roomToAsk(now time.Time) bool {
	if len(v.asked) < maxAsked {
		return true
	}
	if now.Sub(v.swept) < sweepPeriod { // whoever asks for so much asks often
		return false
	}
	v.swept = now
	for q, a := range v.asked {
		if now.After(a.until) {
			delete(v.asked, q) // the finder has forgotten it by itself
		}
	}
	return len(v.asked) < maxAsked
}

// found answers a question.
func (v *server) found(q question) {
	v.mu.Lock()
	a := v.asked[q]
	delete(v.asked, q)
	v.mu.Unlock()
	if a == nil {
		return
	}
	r := v.response(a.sequence)
	r.Found, r.IDs = true, []uint32{a.id}
	a.answer(r)
}

// unask forgets the questions of a circuit that has ended.
func (v *server) unask(c *circuit) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for q, a := range v.asked {
		if q.c == c {
			a.seeker.cancel()
			delete(v.asked, q)
		}
	}
}
