package httpapi

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// P17: a client that reads nothing costs the daemon little memory, whatever its run wrote,
// and gets all of it when it reads after all.
func TestClientsThatReadNothingCostLittle(t *testing.T) {
	const clients, wrote, most = 4, 6 << 20, 8 << 20
	d, state := start(t, "")
	if _, _, err := client.New(state).Run(t.Context(), code("print(1)\n"), client.Handler{}); err != nil {
		t.Fatal(err) // loads what stays
	}
	before := heap()
	body, _ := apiv1.Encode(code(fmt.Sprintf("for _ in range(%d): print('y' * 1023)\n", wrote>>10)))
	var answers []*bufio.Reader
	for range clients {
		conn, err := unixsock.Dial(t.Context(), state, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, post("/v1/runs", string(body)))
		answer := bufio.NewReaderSize(conn, 16)
		if _, err := answer.Peek(16); err != nil { // it has been taken
			t.Fatal(err)
		}
		answers = append(answers, answer)
	}
	if err := d.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(20 * time.Second); heap() > before+most; { // the last steps of each run are not announced
		if time.Now().After(until) {
			t.Fatalf("%d bytes are held for %d clients that read nothing", heap()-before, clients)
		}
	}
	r, err := http.ReadResponse(answers[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	got, last := 0, apiv1.Event{}
	for lines := json.NewDecoder(r.Body); last.Event != apiv1.EventResult; got += len(last.Data) {
		last = apiv1.Event{}
		if err := lines.Decode(&last); err != nil {
			t.Fatal(err)
		}
	}
	if got != wrote || len(last.Result) < wrote {
		t.Errorf("%d bytes of output and %d of the result came", got, len(last.Result))
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// P17: when the run has ended its client has a time to take the rest. Then the connection
// is closed, and what was kept for it is gone.
func TestAClientThatTakesNothingIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{UID: 7, State: t.TempDir()})
		s.http.ConnContext = nil
		s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.follow(w, r, "1", func(e *events) {
				time.Sleep(2 * takeTime) // a run may take its time
				e.add(&apiv1.Event{Event: apiv1.EventStdout, Data: make([]byte, 1<<20)})
			})
		})
		l := &one{conns: make(chan net.Conn, 1), done: make(chan struct{})}
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		mine, theirs := net.Pipe()
		l.conns <- theirs
		io.WriteString(mine, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		head := bufio.NewReaderSize(mine, 16)
		if line, err := head.ReadString('\n'); err != nil || line != "HTTP/1.1 200 OK\r\n" {
			t.Errorf("%q, %v", line, err)
		}
		time.Sleep(takeTime - time.Second)
		if held := s.waiting.held(); held < 1<<20 {
			t.Errorf("%d bytes wait", held)
		}
		time.Sleep(2 * time.Second)
		if held := s.waiting.held(); held != 0 {
			t.Errorf("%d bytes wait for a client that takes nothing", held)
		}
		if _, err := io.ReadAll(head); err != nil {
			t.Error("the connection is open: ", err)
		}
		if err := s.http.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
}

// P17: who lets too much wait, or whose output cannot be kept, gets what was kept and then
// the reason; the run never waits.
func TestAStreamThatIsNotKeptSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		dir  string
		room int64
		why  string
	}{"share": {t.TempDir(), 2 << 20, errShare.Error()}, "disk": {"/nonexistent", 1 << 40, "keeping output for a slow reader"}} {
		shares := newShares(c.room, c.room, 7)
		e := newEvents(c.dir, func(n int64) bool { return shares.take(8, n) })
		out := e.stream(apiv1.EventStdout)
		for i := range 1000 {
			out.Write([]byte(strings.Repeat(string(rune('a'+i%26)), 6000)))
		}
		e.add(&apiv1.Event{Event: apiv1.EventResult})
		e.end()
		answer := httptest.NewRecorder()
		if err := e.copyTo(answer); err != nil {
			t.Error(err)
		}
		var last apiv1.Event
		lines := json.NewDecoder(answer.Body)
		for n := 0; ; n++ {
			var e apiv1.Event
			if err := lines.Decode(&e); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if last = e; e.Event == apiv1.EventStdout && (len(e.Data) != 6000 || e.Data[0] != byte('a'+n%26)) {
				t.Fatalf("%s: line %d is %.20q", name, n, e.Data)
			}
		}
		if last.Event != apiv1.EventCutOff || !strings.Contains(last.Text, c.why) || shares.held() != 0 {
			t.Errorf("%s: %s, %q; %d are held", name, last.Event, last.Text, shares.held())
		}
	}
}

// What waits on disk has no name there, comes out as it went in, and is counted until then.
func TestASpoolIsFirstInFirstOut(t *testing.T) {
	dir, held := t.TempDir(), int64(0)
	s := spool{dir: dir, room: func(n int64) bool { held += n; return true }}
	for range 2 {
		for _, text := range []string{"abc", "defgh"} {
			if err := s.add([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) != 0 || held != 8 {
			t.Errorf("%v, %v, %d are counted", names, err, held)
		}
		got := ""
		for s.waits() {
			b, err := s.next(3)
			if err != nil {
				t.Fatal(err)
			}
			got += string(b) + " "
		}
		if got != "abc def gh " || held != 0 {
			t.Errorf("%q, %d are counted", got, held)
		}
	}
	if err := s.add([]byte("x")); err != nil {
		t.Fatal(err)
	}
	s.close()
	if s.close(); s.waits() || held != 0 {
		t.Errorf("%d are counted", held)
	}
}
