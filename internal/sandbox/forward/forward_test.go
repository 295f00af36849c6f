package forward

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/interlock-run/interlock"
)

func lay(t *testing.T, entries ...string) *Layout {
	t.Helper()
	l, err := Lay(entries)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// started serves one host at a listener of the test's own; name leads to public.
func started(t *testing.T, l *Layout, c Config) (*Forwarder, net.Listener) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return Start(l, c, Sockets{Listeners: []net.Listener{listener}}), listener
}

func public(addrs ...string) func(context.Context, string) ([]netip.Addr, error) {
	return func(context.Context, string) (out []netip.Addr, err error) {
		for _, a := range addrs {
			out = append(out, netip.MustParseAddr(a))
		}
		return out, nil
	}
}

func to(address string) func(context.Context, netip.AddrPort) (net.Conn, error) {
	return func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
}

// TLS stays between the run and the server: the certificate is the server's.
func TestTLSIsUntouched(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.TLS.ServerName) }))
	defer server.Close()
	f, l := started(t, lay(t, "example.com:443"), Config{Lookup: public("192.0.2.7"), Dial: to(server.Listener.Addr().String())})
	pool := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pool, ServerName: "example.com"})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
	answer, _ := io.ReadAll(c)
	c.Close()
	if !strings.HasSuffix(string(answer), "example.com") {
		t.Errorf("%q", answer)
	}
	if r := f.Stop(); len(r.Connections) != 1 || r.Connections[0].Received < int64(len(answer)) || r.Connections[0].Address != "192.0.2.7:443" {
		t.Errorf("%+v", r)
	}
}

// An address that does not answer gives way to the next; a host that none of whose
// addresses answer resets the run's connection and is said.
func TestEachAddressIsTried(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	var alive atomic.Bool
	alive.Store(true)
	f, l := started(t, lay(t, "example.com:80"), Config{Lookup: public("192.0.2.7", "2001:db8::7"),
		Dial: func(ctx context.Context, a netip.AddrPort) (net.Conn, error) {
			if a.Addr().Is4() || !alive.Load() {
				return nil, &net.OpError{Op: "dial", Err: errors.New("unreachable")}
			}
			return to(server.Listener.Addr().String())(ctx, a)
		}})
	get := func() string {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil { // refused so soon that connect says so
			return ""
		}
		defer c.Close()
		fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
		b, _ := io.ReadAll(c)
		return string(b)
	}
	if got := get(); !strings.Contains(got, "404") {
		t.Errorf("%q", got)
	}
	alive.Store(false)
	if got := get(); got != "" {
		t.Errorf("%q", got)
	}
	r := f.Stop()
	failed := 0
	for _, c := range r.Connections {
		if c.Address != "[2001:db8::7]:80" || c.Error == "" && c.Received == 0 {
			t.Errorf("%+v", c)
		}
		if c.Error != "" {
			failed++
		}
	}
	if len(r.Connections) != 2 || failed != 1 {
		t.Errorf("%+v", r.Connections)
	}
}

// Stop comes to an end whatever the two sides do, and leaves nothing open.
func TestStopEndsOpenConnections(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	f, l := started(t, lay(t, "example.com:80"), Config{Lookup: public("192.0.2.7"), Dial: to(silent.Addr().String())})
	in, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	out, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if r := f.Stop(); len(r.Connections) != 1 {
		t.Errorf("%+v", r)
	}
	for _, c := range []net.Conn{in, out} {
		if _, err := io.ReadAll(c); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Error(err)
		}
		c.Close()
	}
}

// P5, P16: more than fit is refused; what is kept is bounded.
func TestBounds(t *testing.T) {
	var many []string
	for n := range 300 {
		many = append(many, fmt.Sprintf("h%d.example.org:443", n))
	}
	if _, err := Lay(many); err == nil || !strings.Contains(err.Error(), "240 is the most") {
		t.Errorf("%v", err)
	}
	if l := lay(t, "*.a.example:443", "*.b.example:443", "*.c.example:80", "10.0.0.0/8", "192.0.2.1:80", "[::ffff:192.0.2.1]:80"); len(l.Listen) != 2*Spare+1 || len(l.Hosts) != 0 {
		t.Errorf("%+v", l)
	}
	r := &report{}
	for n := range 10000 {
		r.unlisted(connection, fmt.Sprintf("192.0.2.1:%d", n), "kernel", 1)
		r.unlisted(lookup, strings.Repeat("\x00é", n%300)+"x", "supervisor", 1)
		r.connection(fmt.Sprintf("h:%d", n), "", 1, 1, "")
	}
	got := r.result()
	total, size, conns := got.More, 0, 0
	for _, x := range got.Refused {
		total += x.Count
		size += len(x.Message) + len(x.Hint) + len(x.What)
	}
	for _, c := range got.Connections {
		conns += c.Count
	}
	if total != 20000 || conns != 10000 || len(got.Refused) > maxRefused || len(got.Connections) > maxConnections || size > 50<<10 {
		t.Errorf("%d refusals, %d connections, %d bytes", total, conns, size)
	}
}

// The resolver answers what is listed, and everything else with "no such name".
func TestAnswer(t *testing.T) {
	l := lay(t, "data.example.org:443", "*.lab.example:80")
	c := Config{Denial: interlock.Denial{Why: "no"}, Lookup: func(_ context.Context, name string) ([]netip.Addr, error) {
		if name == "deep.a.lab.example" {
			return public("192.0.2.9")(nil, name)
		}
		return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
	}}
	f := Start(l, c, Sockets{})
	defer f.Stop()
	ask := func(name string, kind dnsmessage.Type) (dnsmessage.RCode, int) {
		m := dnsmessage.Message{Header: dnsmessage.Header{ID: 7, RecursionDesired: true}, Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET}}}
		q, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		var answer dnsmessage.Message
		if err := answer.Unpack(f.answer(q)); err != nil || answer.ID != 7 || !answer.Response {
			t.Fatalf("%s: %v %+v", name, err, answer)
		}
		return answer.RCode, len(answer.Answers)
	}
	for _, q := range []struct {
		name string
		kind dnsmessage.Type
		code dnsmessage.RCode
		n    int
	}{
		{"data.example.org.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, 1}, {"DATA.example.org.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, 1},
		{"data.example.org.", dnsmessage.TypeAAAA, dnsmessage.RCodeSuccess, 0}, {"data.example.org.", dnsmessage.TypeTXT, dnsmessage.RCodeSuccess, 0},
		{"deep.a.lab.example.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, 1}, {"none.lab.example.", dnsmessage.TypeA, dnsmessage.RCodeNameError, 0},
		{"lab.example.", dnsmessage.TypeA, dnsmessage.RCodeNameError, 0}, {"evil.example.", dnsmessage.TypeA, dnsmessage.RCodeNameError, 0},
		{"localhost.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, 1}, {"1.0.0.127.in-addr.arpa.", dnsmessage.TypePTR, dnsmessage.RCodeNameError, 0},
	} {
		if code, n := ask(q.name, q.kind); code != q.code || n != q.n {
			t.Errorf("%s %s: %s with %d answers", q.name, q.kind, code, n)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04data\x07example\x03org\x00\x00\x01\x00\x01"))
	l, err := Lay([]string{"data.example.org:443", "*.lab.example:80"})
	if err != nil {
		f.Fatal(err)
	}
	s := Start(l, Config{Lookup: public("192.0.2.9")}, Sockets{})
	f.Cleanup(func() { s.Stop() })
	f.Fuzz(func(t *testing.T, query []byte) {
		if a := s.answer(query); len(a) > 0 && (len(a) > 600 || a[2]&0x80 == 0) {
			t.Errorf("%q gives %q", query, a)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("\x45\x00\x00\x28\x00\x00\x40\x00\x40\x06\x00\x00\x7f\x57\x00\x01\xc0\x00\x02\x07\x12\x34\x01\xbb"))
	f.Add(append([]byte("\x60\x00\x00\x00\x00\x14\x11\x40"), make([]byte, 40)...))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if kind, at, ok := parse(packet); ok && (kind == "" || !at.IsValid()) {
			t.Errorf("%q: %s %s", packet, kind, at)
		}
	})
}
