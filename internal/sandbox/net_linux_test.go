package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/forward"
)

// world is the network outside of a run, as a test has it: names, and where
// addresses really are. A dial to an address that is not there is a fault of what
// is tested, and counted.
type world struct {
	names   map[string][]string
	hosts   map[string]string // "192.0.2.7:443" -> the test's own listener
	lookups atomic.Int32
	dialled atomic.Int32
	strays  atomic.Int32
}

func (w *world) config(denial interlock.Denial) *forward.Config {
	return &forward.Config{Denial: denial,
		Lookup: func(_ context.Context, name string) (out []netip.Addr, err error) {
			w.lookups.Add(1)
			for _, a := range w.names[name] {
				out = append(out, netip.MustParseAddr(a))
			}
			if len(out) == 0 {
				return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
			}
			return out, nil
		},
		Dial: func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			w.dialled.Add(1)
			real, ok := w.hosts[to.String()]
			if !ok {
				w.strays.Add(1)
				return nil, fmt.Errorf("the test has no %s", to)
			}
			return (&net.Dialer{}).DialContext(ctx, "tcp", real)
		}}
}

// online runs source with the endpoints granted.
func online(t *testing.T, w *world, source string, endpoints ...string) outcome {
	t.Helper()
	folder := t.TempDir()
	sub := &interlock.Submission{ID: filepath.Base(folder) + filepath.Base(filepath.Dir(folder)), Name: "x.py", Source: []byte(source), Folder: folder}
	if err := os.WriteFile(filepath.Join(folder, "x.py"), sub.Source, 0o644); err != nil {
		t.Fatal(err)
	}
	g := grant(folder)
	g.Endpoints = endpoints
	g.Environment.Interpreter = testPython(t)
	g.Denials.Network = interlock.Denial{Rule: "network.allow", Policy: interlock.PolicyLine{File: "policy.yaml", Line: 12}, Why: "network.allow does not list it"}
	sb := New(Options{Getenv: os.Getenv})
	sb.outside = w.config(g.Denials.Network)
	c, err := sb.Prepare(context.Background(), sub, g)
	if err != nil {
		return outcome{err: err}
	}
	defer c.Close()
	out := outcome{workspace: t.TempDir()}
	var stdout, stderr bytes.Buffer
	out.Observed, out.Claims, out.err = c.Run(context.Background(), sub, out.workspace, interlock.Streams{Stdout: &stdout, Stderr: &stderr}, nil)
	if out.err != nil {
		t.Fatalf("%v\n%s", out.err, out.Stderr)
	}
	if w.strays.Load() > 0 {
		t.Errorf("%d connections went out to where nothing is", w.strays.Load())
	}
	return out
}

func (o *outcome) prints(t *testing.T, want string) {
	t.Helper()
	if got := strings.TrimSpace(string(o.Stdout)); got != want || o.Exit.Code != 0 {
		t.Errorf("printed %q, want %q\nexit %+v\n%s\nrefused %+v\nconnections %+v", got, want, o.Exit, o.Stderr, o.Refused, o.Connections)
	}
}

// refusal returns the refusal of what.
func (o *outcome) refusal(t *testing.T, kind, what string) interlock.Refusal {
	t.Helper()
	for _, r := range o.Refused {
		if r.Kind == kind && r.What == what {
			return r
		}
	}
	t.Errorf("no refusal of %s %s in %+v (and %d more)", kind, what, o.Refused, o.RefusedMore)
	return interlock.Refusal{}
}

func webServer(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", r.Host, r.URL.Path) }))
	t.Cleanup(s.Close)
	return s
}

func at(s *httptest.Server) string { return s.Listener.Addr().String() }

// TestEndpoints (P5): what is granted is reached with plain clients, by name, below
// a wildcard and by address, over IPv4 and IPv6; nothing else is dialled.
func TestEndpoints(t *testing.T) {
	s := webServer(t)
	w := &world{names: map[string][]string{"data.example.org": {"192.0.2.7"}, "a.lab.example": {"192.0.2.8"}, "b.lab.example": {"2001:db8::8"}},
		hosts: map[string]string{"192.0.2.7:8080": at(s), "192.0.2.8:80": at(s), "[2001:db8::8]:80": at(s), "192.0.2.9:80": at(s), "[2001:db8::9]:80": at(s)}}
	o := online(t, w, `
import urllib.request
def get(url): return urllib.request.urlopen(url, timeout=10).read().decode()
print(get('http://data.example.org:8080/x'), get('http://a.lab.example/y'), get('http://b.lab.example/z'), get('http://192.0.2.9/v4'), get('http://[2001:db8::9]/v6'))
print(get('http://data.example.org:8080/x'))
`, "data.example.org:8080", "*.lab.example:80", "192.0.2.9:80", "[2001:db8::9]:80")
	o.prints(t, "data.example.org:8080 /x a.lab.example /y b.lab.example /z 192.0.2.9 /v4 [2001:db8::9] /v6\ndata.example.org:8080 /x")
	if len(o.Refused) > 0 || len(o.Notes) > 0 {
		t.Errorf("refused %+v, notes %q", o.Refused, o.Notes)
	}
	if len(o.Connections) != 5 || w.dialled.Load() != 6 || w.lookups.Load() != 3 {
		t.Errorf("%d dialled, %d looked up, %+v", w.dialled.Load(), w.lookups.Load(), o.Connections)
	}
	for _, c := range o.Connections {
		if c.Sent == 0 || c.Received == 0 || c.Error != "" || c.Address == "" || c.Endpoint == "data.example.org:8080" && c.Count != 2 {
			t.Errorf("%+v", c)
		}
	}
}

// TestRefusedConnections (P5, P16): what is not granted fails at once, and the
// kernel's view of it is in the result, whether the grant has endpoints or none.
func TestRefusedConnections(t *testing.T) {
	for name, endpoints := range map[string][]string{"no network": nil, "another host": {"data.example.org:80"}} {
		t.Run(name, func(t *testing.T) {
			w := &world{}
			o := online(t, w, `
import socket, time, urllib.request
def attempt(f):
    try: f()
    except OSError as e: print(type(e).__name__, end=' ')
began = time.monotonic()
attempt(lambda: socket.create_connection(('192.0.2.1', 443), 5))
attempt(lambda: socket.create_connection(('2001:db8::1', 443), 5))
attempt(lambda: socket.create_connection(('169.254.169.254', 80), 5))
attempt(lambda: socket.create_connection(('::ffff:192.0.2.2', 80), 5))
attempt(lambda: urllib.request.urlopen('https://example.com/secret'))
attempt(lambda: socket.create_connection(('127.0.0.1', 5432), 5))
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.connect(('192.0.2.3', 5065)); u.send(b'x')
attempt(lambda: u.recv(1))
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:db8::3', 5066))
search = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); search.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
search.sendto(b'x', ('255.255.255.255', 5064)); search.sendto(b'x', ('10.1.255.255', 5064))
print('fast' if time.monotonic() - began < 3 else time.monotonic() - began)
server = socket.create_server(('127.0.0.1', 0)); client = socket.create_connection(server.getsockname()); client.sendall(b'own'); print(server.accept()[0].recv(3))
`, endpoints...)
			o.prints(t, "ConnectionRefusedError ConnectionRefusedError ConnectionRefusedError ConnectionRefusedError URLError ConnectionRefusedError ConnectionRefusedError fast\nb'own'")
			for _, what := range []string{"192.0.2.1:443", "[2001:db8::1]:443", "169.254.169.254:80", "192.0.2.2:80"} {
				r := o.refusal(t, "connection", what)
				if r.SeenBy != "kernel" || r.Count != 1 || r.Rule != "network.allow" || r.Hint == "" ||
					r.Message != "connection to "+what+" is refused: network.allow does not list it (policy.yaml:12)" {
					t.Errorf("%+v", r)
				}
			}
			for _, what := range []string{"192.0.2.3:5065", "[2001:db8::3]:5066", "255.255.255.255:5064", "10.1.255.255:5064"} {
				o.refusal(t, "datagram", what)
			}
			if r := o.refusal(t, "lookup", "example.com"); r.Count != 1 || r.SeenBy != "supervisor" || !strings.Contains(r.Message, "connection to example.com is refused") {
				t.Errorf("%+v", r)
			}
			if len(o.Refused) != 9 || w.lookups.Load()+w.dialled.Load() > 0 {
				t.Errorf("%d refusals: %+v; %d lookups", len(o.Refused), o.Refused, w.lookups.Load())
			}
		})
	}
}

// TestRebinding (P5): a name that leads to the host, its link or a private network
// leads nowhere, by exact name and below a wildcard; listed ranges permit it, and a
// second answer is never asked for.
func TestRebinding(t *testing.T) {
	s := webServer(t)
	w := &world{names: map[string][]string{"meta.example.org": {"169.254.169.254"}, "self.lab.example": {"127.0.0.1"}, "mapped.example.org": {"::ffff:127.0.0.1"},
		"mixed.example.org": {"192.0.2.7", "10.0.0.1"}, "inner.example.org": {"10.1.2.3"}, "other.example.org": {"10.2.0.1"}},
		hosts: map[string]string{"10.1.2.3:80": at(s)}}
	o := online(t, w, `
import urllib.request
def get(url):
    try: return urllib.request.urlopen(url, timeout=10).read().decode()
    except OSError as e: return 'no'
print(*[get('http://' + h + '/') for h in ('meta.example.org', 'self.lab.example', 'mapped.example.org', 'mixed.example.org', 'inner.example.org', 'other.example.org')])
`, "meta.example.org:80", "*.lab.example:80", "mapped.example.org:80", "mixed.example.org:80", "inner.example.org:80", "other.example.org:80", "10.1.0.0/16")
	o.prints(t, "no no no no inner.example.org / no")
	for _, what := range []string{"meta.example.org:80", "self.lab.example", "mapped.example.org:80", "mixed.example.org:80", "other.example.org:80"} {
		if r := o.refusal(t, "connection", what); !strings.Contains(r.Message, "no name may lead there") || r.SeenBy != "supervisor" {
			t.Errorf("%+v", r)
		}
	}
	if w.dialled.Load() != 1 {
		t.Errorf("%d connections went out", w.dialled.Load())
	}
}

// TestForwarderAddressesHoldToTheirPorts (P5): the address of a granted host is
// nothing else, and a spare one leads nowhere without a name.
func TestForwarderAddressesHoldToTheirPorts(t *testing.T) {
	w := &world{names: map[string][]string{"data.example.org": {"192.0.2.7"}, "x.lab.example": {"192.0.2.8"}}}
	o := online(t, w, `
import socket
def get(host, port):
    try:
        c = socket.create_connection((host, port), 5); c.sendall(b'x'); return c.recv(1)
    except OSError as e: return type(e).__name__
print(get('data.example.org', 81), get('127.87.255.9', 80), socket.gethostbyname('x.lab.example') != '', get('x.lab.example', 81))
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b'x', ('data.example.org', 80))
`, "data.example.org:80", "*.lab.example:80", "*.other.example:81")
	o.prints(t, "ConnectionRefusedError ConnectionResetError True ConnectionResetError")
	o.refusal(t, "connection", "data.example.org:81")
	o.refusal(t, "connection", "127.87.255.9:80")
	o.refusal(t, "connection", "x.lab.example:81")
	o.refusal(t, "datagram", "data.example.org:80")
}

// TestHalfClose: each side may end its own direction, and what was sent before the
// run ended goes out.
func TestHalfClose(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan int, 2)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(c) // to the end of what the run sends
			fmt.Fprintf(c, "%d bytes", len(b))
			got <- len(b)
			c.Close()
		}
	}()
	w := &world{names: map[string][]string{"sink.example.org": {"192.0.2.7"}}, hosts: map[string]string{"192.0.2.7:9": l.Addr().String()}}
	o := online(t, w, `
import socket
c = socket.create_connection(('sink.example.org', 9)); c.sendall(b'x' * 3000000); c.shutdown(socket.SHUT_WR)
print(c.makefile().read())
d = socket.create_connection(('sink.example.org', 9)); d.sendall(b'y' * 500000)
`, "sink.example.org:9")
	o.prints(t, "3000000 bytes")
	if a, b := <-got, <-got; a != 3000000 || b != 500000 {
		t.Errorf("the server got %d and %d bytes", a, b)
	}
}

// TestNetworkFloods (P16, P17): many attempts and many connections fill neither
// the report nor the supervisor, and a connection that nobody ends does not hold
// the run's end up.
func TestNetworkFloods(t *testing.T) {
	s := webServer(t)
	w := &world{names: map[string][]string{"data.example.org": {"192.0.2.7"}}, hosts: map[string]string{"192.0.2.7:80": at(s), "192.0.2.8:80": at(s)}}
	for n := range 100 {
		w.names[fmt.Sprintf("n%d.lab.example", n)] = []string{"192.0.2.8"}
	}
	o := online(t, w, `
import socket, struct
def attempt(host, port):
    try: socket.create_connection((host, port), 5).close()
    except OSError: pass
for n in range(3000): attempt('192.0.2.%d' % (n % 200 + 20), 443)
for n in range(300): attempt('u%d.example.com' % n, 443)
for n in range(100): attempt('n%d.lab.example' % n, 80)
for n in range(2000): attempt('data.example.org', 80)
try: socket.gethostbyname('a.' * 100 + 'x' * 63 + '.lab.example')
except (OSError, UnicodeError): pass
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for junk in (b'', b'\0', b'\xff' * 1400, struct.pack('>6H', 1, 0x100, 60000, 0, 0, 0) + b'\xc0\x0c' * 200): u.sendto(junk, ('127.0.0.1', 53))
open_end = socket.create_connection(('data.example.org', 80))
print('done')
`, "data.example.org:80", "*.lab.example:80")
	o.prints(t, "done")
	total := o.RefusedMore
	for _, r := range o.Refused {
		total += r.Count
	}
	if len(o.Refused) > 50 || total < 3000 {
		t.Errorf("%d rows, %d counted", len(o.Refused), total)
	}
	count := 0
	for _, c := range o.Connections {
		count += c.Count
	}
	if len(o.Connections) > 200 || count < 2000 || w.lookups.Load() > 1+forward.MaxLookups {
		t.Errorf("%d rows of %d connections; %d lookups", len(o.Connections), count, w.lookups.Load())
	}
	if o.Wall > 15*time.Second {
		t.Errorf("it took %v", o.Wall)
	}
}

// TestNetworkNeedsNamespaces (P13): a host that cannot hold the list refuses.
func TestNetworkNeedsNamespaces(t *testing.T) {
	o := run(t, "print(1)\n", func(g *interlock.Grant, _ *interlock.Submission) {
		g.Isolation, g.Endpoints = interlock.Landlock, []string{"data.example.org:80"}
	})
	if o.err == nil || !strings.Contains(o.err.Error(), "cannot hold network.allow") {
		t.Errorf("%v", o.err)
	}
}
