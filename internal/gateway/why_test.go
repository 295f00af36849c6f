package gateway

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

// window opens the door of why for r and returns what asks there: one line, or ""
// where the door closes without one.
func window(t *testing.T, r *Run, around func(net.Listener) net.Listener) (ask func(text string) string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	if err := r.Serve(interlock.Doors{Streams: map[uint16]net.Listener{whyPort: around(l)}}); err != nil {
		t.Fatal(err)
	}
	return func(text string) string {
		t.Helper()
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // for a door that never answers
		_, _ = io.WriteString(c, text)
		_ = c.(*net.TCPConn).CloseWrite()
		all, err := io.ReadAll(c)
		if err == nil || strings.Contains(err.Error(), "reset") { // of what was sent beyond the bound
			return strings.TrimSuffix(string(all), "\n")
		}
		t.Errorf("asking %.40q: %v", text, err)
		return ""
	}
}

func plain(l net.Listener) net.Listener { return l }

// N8: what is asked is why the last put was not done; one that was done, or is under
// way, has no reason, whatever came before it.
func TestWhyIsOfTheLastPut(t *testing.T) {
	d := newDesk(t)
	d.wire.back = num(2)
	r := d.open(write(interlock.ChannelGrant{Max: f64(5), Verify: interlock.VerifyReadback}))
	ask := window(t, r, plain)
	for _, c := range []struct {
		put  float64
		want string
	}{{6, "put of 6 to X is refused: the most is 5"}, {2, ""}, {3, "X was put as 3 and reads back as 2"}, {2, ""}, {7, "put of 7 to X is refused: the most is 5"}} {
		d.put(r, "X.VAL", num(c.put))
		if got := ask("ca://X\n"); got != c.want {
			t.Errorf("after %g: %q, want %q", c.put, got, c.want)
		}
	}
}

// The door tells a run what trying would tell it, in the same words, and nothing else;
// and asking is no try: it leaves nothing in the result.
func TestWhyTellsWhatTryingTells(t *testing.T) {
	open := interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "X"}}, Deny: []interlock.ChannelPattern{{Match: "SECRET*"}}}
	granted, rehearsed, readOnly := write(interlock.ChannelGrant{Max: f64(5)}), write(interlock.ChannelGrant{}), interlock.Grant{}
	rehearsed.Rehearse, rehearsed.Mode = true, interlock.ReadOnly
	names := []string{"X", "X.VAL", "Y", "X.DRVH", "SECRET:A", "X{}", "read", "", "*", "\x00", "a b", "X.VAL$", "pva://X", strings.Repeat("X", 900), "\xff\xfe", "read X"}
	for name, g := range map[string]interlock.Grant{"granted": granted, "rehearsed": rehearsed, "read_only": readOnly} {
		t.Run(name, func(t *testing.T) {
			g.Reads = open
			d := newDesk(t)
			r, other := d.open(g), d.open(g)
			ask := window(t, r, plain)
			for _, n := range names {
				if strings.TrimSpace(n) != n {
					continue
				}
				told := make(chan Outcome, 1)
				other.Put(Asked{Request: Request{Channel: n, Value: num(1), Wait: true}, Target: d.wire, Told: func(o Outcome) { told <- o }})
				want := ""
				if o := <-told; o.Refusal != nil {
					want = o.Refusal.Message
				}
				if read, is := strings.CutPrefix(n, "read "); is {
					want = ""
					if refusal := other.MayRead(read); refusal != nil {
						want = refusal.Message
					}
				}
				if got := ask(n + "\n"); got != want {
					t.Errorf("%.40q: the door says %q, and trying %q", n, got, want)
				}
				want = ""
				if refusal := other.MayRead(n); refusal != nil {
					want = refusal.Message
				}
				if got := ask("read " + n + "\n"); got != want && n != "" { // "read " is a name without its end
					t.Errorf("read %.40q: the door says %q, and trying %q", n, got, want)
				}
			}
			if e := r.Stop(); len(e.Puts)+len(e.Refused)+e.Reads != 0 {
				t.Errorf("asking left %+v", e)
			}
		})
	}
}

// A run's refusals are its own.
func TestWhyIsOfOneRun(t *testing.T) {
	d := newDesk(t)
	g := write(interlock.ChannelGrant{Max: f64(5)})
	one, two := d.open(g), d.open(g)
	d.put(one, "X", num(6))
	if got := window(t, two, plain)("X\n"); got != "" {
		t.Errorf("it is told of another run: %q", got)
	}
}

// What is no question gets no answer, and the next question one.
func TestWhyOutlastsNonsense(t *testing.T) {
	d := newDesk(t)
	r := d.open(interlock.Grant{})
	ask := window(t, r, plain)
	for _, text := range []string{"", "X", strings.Repeat("X", 1024), strings.Repeat("X", 1<<20), strings.Repeat("X", 1<<20) + "\n", "GET / HTTP/1.1\r\n\r\n", strings.Repeat("\n", 1000), "\x00\x00\x00\x00"} {
		got := ask(text)
		if answers := strings.Count(got, "\n"); answers > 0 || strings.IndexByte(text[:min(len(text), 1024)], '\n') < 0 && got != "" {
			t.Errorf("%.20q (%d bytes): %q", text, len(text), got)
		}
	}
	if got := ask("X\n"); got != "put to X is refused: the run is read_only" {
		t.Errorf("it says %q", got)
	}
}

// tired is a listener that fails for a while, as one does where descriptors are short.
type tired struct {
	net.Listener
	fails int
}

func (l *tired) Accept() (net.Conn, error) {
	if l.fails--; l.fails >= 0 {
		return nil, &net.OpError{Op: "accept", Err: errors.New("too many open files")}
	}
	return l.Listener.Accept()
}

// A door that could not be opened once is opened again.
func TestWhyOutlastsAShortageOfDescriptors(t *testing.T) {
	d := newDesk(t)
	ask := window(t, d.open(interlock.Grant{}), func(l net.Listener) net.Listener { return &tired{l, 3} })
	if got := ask("X\n"); got != "put to X is refused: the run is read_only" {
		t.Errorf("it says %q", got)
	}
}

// Who connects and says nothing, as often as it likes, holds up neither puts nor the
// end of the run.
func TestWhyIsNotHeldUp(t *testing.T) {
	d := newDesk(t)
	r := d.open(write(interlock.ChannelGrant{}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Serve(interlock.Doors{Streams: map[uint16]net.Listener{whyPort: l}}); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	if got := d.put(r, "X", num(1)); got != "done" {
		t.Error(got)
	}
	ended := make(chan struct{})
	go func() { r.Stop(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second): // a tenth of what the hundred would take
		t.Error("the run does not end")
	}
}

// N3: a put that nobody waits for may be put again before it is read back: then it was
// sent, which is all that is known of it, and not failed.
func TestReadBackOfAPutThatWasFollowed(t *testing.T) {
	d := newDesk(t)
	d.wire.back = num(2)
	r := d.open(write(interlock.ChannelGrant{Verify: interlock.VerifyReadback}))
	told := make(chan Outcome, 2)
	one := func(v float64) Asked {
		return Asked{Request: Request{Channel: "X", Value: num(v)}, Target: d.wire, Told: func(o Outcome) { told <- o }}
	}
	r.Put(one(1), one(2))
	for range 2 {
		if o := <-told; o.Err != nil || o.Refusal != nil {
			t.Errorf("%+v", o)
		}
	}
	e := r.Stop()
	if len(e.Puts) != 2 || e.Puts[0].Status != interlock.PutSent || e.Puts[0].Message == "" || e.Puts[1].Status != interlock.PutVerified {
		t.Errorf("%+v", e.Puts)
	}
}
