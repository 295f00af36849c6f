package channelaccess

import (
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// id gives out an id for one thing of this circuit, which nothing has. u.mu is held.
func (u *upstream) id() uint32 {
	for {
		u.next++
		if u.channels[u.next] == nil && u.requests[u.next] == nil && u.subs[u.next] == nil {
			return u.next
		}
	}
}

// create asks the server for a channel. made or lost is its answer.
func (u *upstream) create(ch *channel) error {
	u.mu.Lock()
	if u.err != nil {
		u.mu.Unlock()
		return u.err
	}
	id := u.id()
	u.channels[id] = ch
	u.mu.Unlock()
	ch.mu.Lock()
	ch.up, ch.upCID = u, id
	ch.mu.Unlock()
	u.out.add(ca.Message{Command: ca.CmdCreate, P1: id, P2: ca.Version, Payload: ca.NamePayload(ch.name)})
	return u.out.flush()
}

// clear gives a channel back.
func (u *upstream) clear(ch *channel) {
	u.mu.Lock()
	delete(u.channels, ch.upCID)
	u.mu.Unlock()
	u.out.add(ca.Message{Command: ca.CmdClearChannel, P1: ch.upSID, P2: ch.upCID})
}

// request sends m with an id of its own in P2; done is called with the answer, by the
// reader, or when the circuit has ended. It must not block.
func (u *upstream) request(m ca.Message, done func(ca.Message, ca.Status)) (id uint32, err error) {
	u.mu.Lock()
	if u.err != nil {
		u.mu.Unlock()
		done(ca.Message{}, ca.StatusDisconn)
		return 0, nil
	}
	if len(u.requests) >= maxRequests {
		u.mu.Unlock()
		return 0, anomaly("more than %d requests", maxRequests)
	}
	m.P2 = u.id()
	u.requests[m.P2] = done
	u.mu.Unlock()
	u.out.add(m)
	return m.P2, nil
}

// forget gives up waiting for an answer.
func (u *upstream) forget(id uint32) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.requests, id)
}

// read asks for a value. The reply's payload is good until done returns; it is as long
// as it says, and has no more elements than were asked for.
func (u *upstream) read(ch *channel, t ca.Type, count uint32, done func(ca.Message, ca.Status)) error {
	_, err := u.request(ca.Message{Command: ca.CmdReadNotify, Type: uint16(t), Count: count, P1: ch.upSID}, func(m ca.Message, status ca.Status) {
		if status.OK() && t.Known() && (ca.Type(m.Type) != t || count > 0 && m.Count > count || t.Bytes(int(m.Count)) > len(m.Payload)) {
			status = ca.StatusGetFail
		}
		done(m, status)
	})
	return err
}

func (u *upstream) subscribe(s *subscription) {
	u.mu.Lock()
	if u.err != nil {
		u.mu.Unlock()
		return
	}
	s.upID = u.id()
	u.subs[s.upID] = s
	u.mu.Unlock()
	u.out.add(ca.Message{Command: ca.CmdEventAdd, Type: uint16(s.t), Count: s.count, P1: s.ch.upSID, P2: s.upID, Payload: s.mask})
}

func (u *upstream) cancel(s *subscription) {
	u.mu.Lock()
	delete(u.subs, s.upID)
	u.mu.Unlock()
	u.out.add(ca.Message{Command: ca.CmdEventCancel, Type: uint16(s.t), Count: s.count, P1: s.ch.upSID, P2: s.upID})
}

// echo returns a channel that is closed once the server has taken everything that was
// sent before: it answers in order (CAproto, "CA_PROTO_ECHO").
func (u *upstream) echo() <-chan struct{} {
	taken := make(chan struct{})
	u.mu.Lock()
	defer u.mu.Unlock() // so that echoes go out in the order in which they are waited for
	u.echoes = append(u.echoes, taken)
	u.out.add(ca.Message{Command: ca.CmdEcho})
	return taken
}

// complaint is an exception about an earlier request. Of a put nobody waits for it is
// all that is ever heard.
func (u *upstream) complaint(m ca.Message) {
	request, ok := ca.Header(m.Payload)
	if !ok {
		return
	}
	if request.Command != ca.CmdWrite && request.Command != ca.CmdWriteNotify && request.Command != ca.CmdReadNotify {
		return
	}
	status := ca.Status(m.P2)
	if status.OK() { // a complaint is none
		status = ca.StatusGetFail
	}
	u.finish(request.P2, ca.Message{}, status)
}
