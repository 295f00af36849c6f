package forward

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/interlock-run/interlock/internal/wire/endpoint"
)

const (
	maxQuery  = 1024
	maxAsking = 32 // questions that are worked on at one time
)

// datagrams answers questions over UDP. One that waits for an answer from outside
// does not hold the others up.
func (f *Forwarder) datagrams() {
	asking := make(chan struct{}, maxAsking)
	buf := make([]byte, maxQuery)
	for {
		n, from, err := f.socks.DNS.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP error of an earlier answer
		}
		query := append([]byte(nil), buf[:n]...)
		asking <- struct{}{}
		f.all.Add(1)
		go func() {
			defer func() { <-asking; f.all.Done() }()
			if answer := f.answer(query); answer != nil {
				_, _ = f.socks.DNS.WriteTo(answer, from)
			}
		}()
	}
}

// streams answers over TCP, each message with its length before it.
func (f *Forwarder) streams() {
	asking := make(chan struct{}, maxAsking)
	for {
		c, err := f.socks.Stream.Accept()
		if err != nil {
			return
		}
		select {
		case asking <- struct{}{}:
			f.all.Add(1)
			go func() {
				defer func() { <-asking; f.all.Done() }()
				f.stream(c)
			}()
		default:
			reset(c)
		}
	}
}

func (f *Forwarder) stream(c net.Conn) {
	if !f.track(c) {
		return
	}
	defer f.drop(c)
	for {
		_ = c.SetDeadline(time.Now().Add(2 * lookupTimeout))
		var head [2]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(head[:]))
		if _, err := io.ReadFull(c, query); err != nil || len(query) > maxQuery {
			return
		}
		answer := f.answer(query)
		if answer == nil {
			return
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// answer returns the reply to a query, or nil for what is no query at all.
func (f *Forwarder) answer(query []byte) []byte {
	var p dnsmessage.Parser
	h, err := p.Start(query)
	if err != nil || h.Response {
		return nil
	}
	q, err := p.Question()
	head := dnsmessage.Header{ID: h.ID, Response: true, OpCode: h.OpCode, RecursionDesired: h.RecursionDesired, RecursionAvailable: true}
	if err != nil || h.OpCode != 0 {
		head.RCode = dnsmessage.RCodeFormatError
		return pack(head, dnsmessage.Question{}, netip.Addr{})
	}
	addr, code := f.resolve(q)
	head.RCode = code
	return pack(head, q, addr)
}

// resolve decides a question. What is not listed does not exist.
func (f *Forwarder) resolve(q dnsmessage.Question) (netip.Addr, dnsmessage.RCode) {
	name := endpoint.Canonical(q.Name.String())
	switch {
	case name == "localhost" || strings.HasSuffix(name, ".localhost"):
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), dnsmessage.RCodeSuccess
	case strings.HasSuffix(name, ".in-addr.arpa"), strings.HasSuffix(name, ".ip6.arpa"):
		return netip.Addr{}, dnsmessage.RCodeNameError // whose address this is: nothing goes anywhere for it
	case len(f.layout.ports(name)) == 0:
		count := 1
		if q.Type == dnsmessage.TypeAAAA {
			count = 0 // programs ask for both kinds of address at once
		}
		f.report.unlisted(lookup, name, "supervisor", count)
		return netip.Addr{}, dnsmessage.RCodeNameError
	}
	addr, err := f.names.ask(f.ctx, name)
	switch {
	case err == nil:
		return addr, dnsmessage.RCodeSuccess
	case errors.Is(err, endpoint.ErrSpecial), errors.Is(err, errTooMany):
		f.report.forbidden(name, err)
	case q.Type != dnsmessage.TypeAAAA:
		f.report.connection(printable(name), "", 0, 0, reason(err))
	}
	return netip.Addr{}, dnsmessage.RCodeNameError
}

// pack builds a reply with at most one address, that never needs to be cut.
func pack(h dnsmessage.Header, q dnsmessage.Question, addr netip.Addr) []byte {
	m := dnsmessage.Message{Header: h}
	if q.Name.Length > 0 {
		m.Questions = []dnsmessage.Question{q}
	}
	if addr.IsValid() && q.Type == dnsmessage.TypeA && q.Class == dnsmessage.ClassINET {
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 3600}, Body: &dnsmessage.AResource{A: addr.As4()}}}
	}
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}
