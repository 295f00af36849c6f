package client

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// answering listens in place of a daemon: it reads one request, writes what answer
// says, and closes. It returns the state directory and how many came.
func answering(t *testing.T, answer string) (state string, came chan string) {
	t.Helper()
	state = t.TempDir()
	os.Chmod(state, 0o700)
	l, err := unixsock.Listen(state)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	came = make(chan string, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serveOnce(conn, answer, came)
		}
	}()
	return state, came
}

func serveOnce(conn net.Conn, answer string, came chan<- string) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	io.Copy(io.Discard, r.Body)
	came <- r.Method + " " + r.URL.Path
	io.WriteString(conn, answer)
}

const stream = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"

// N7: a daemon that dies at any moment after it had the submission: the client says
// that the run may have run, and sends nothing a second time.
func TestADaemonThatDiesIsNeverAskedAgain(t *testing.T) {
	queued := stream + `{"event":"queued","id":"1abc-2def","position":0}` + "\n"
	for name, c := range map[string]struct{ answer, id string }{
		"at once":         {"", ""},
		"in the head":     {"HTTP/1.1 200", ""},
		"before an event": {stream, ""},
		"in the queue":    {queued, "1abc-2def"},
		"in output":       {queued + `{"event":"started"}` + "\n" + `{"event":"stdout","data":"aGk=`, "1abc-2def"},
		"without result":  {queued + `{"event":"result"}` + "\n", "1abc-2def"},
	} {
		state, came := answering(t, c.answer)
		_, id, err := New(state).Run(context.Background(), &Submission{Schema: 1, Name: "x", Source: "1"}, Handler{})
		if !errors.Is(err, ErrLost) || errors.Is(err, ErrNotTaken) || id != c.id {
			t.Errorf("%s: %q, %v", name, id, err)
		}
		e := LostError(err, id)
		if e.Code.Status() != 6 || e.RetryRun || !strings.Contains(e.Hint, "interlock runs") || !strings.Contains(e.Hint, c.id) {
			t.Errorf("%s: %+v", name, e)
		}
		if len(came) != 1 {
			t.Errorf("%s: %d requests", name, len(came))
		}
	}
}

// P17: a stream that the daemon does not keep for its slow client ends with the reason, and
// where the result is.
func TestAStreamThatWasCutOffSaysWhy(t *testing.T) {
	state, _ := answering(t, stream+`{"event":"queued","id":"1abc-2def","position":0}`+"\n"+`{"event":"cut_off","text":"too much waits"}`+"\n")
	_, id, err := New(state).Run(t.Context(), &Submission{Schema: 1, Name: "x", Source: "1"}, Handler{})
	if !errors.Is(err, ErrLost) {
		t.Fatal(err)
	}
	e := LostError(err, id)
	if e.Name != "cut_off" || !strings.Contains(e.Message, "too much waits") || !strings.Contains(e.Hint, "interlock runs show 1abc-2def") {
		t.Errorf("%+v", e)
	}
}

func TestNobodyListening(t *testing.T) {
	c := New(t.TempDir())
	_, _, err := c.Run(context.Background(), &Submission{}, Handler{})
	if !errors.Is(err, ErrNotTaken) || !errors.Is(err, unixsock.ErrNobody) || c.Listening() {
		t.Error(err)
	}
}

func TestARefusalIsNotTakenAndHasItsWords(t *testing.T) {
	body := `{"schema":1,"error":{"kind":"infrastructure","name":"busy","message":"busy: 9 runs are waiting; try again in 7 s","hint":"h","retry_run":true},"exit_status":6,"retry_after_s":7}`
	state, _ := answering(t, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n"+body)
	_, _, err := New(state).Run(context.Background(), &Submission{}, Handler{})
	r := (*Refused)(nil)
	if !errors.As(err, &r) || !errors.Is(err, ErrNotTaken) || r.RetryAfter.Seconds() != 7 || r.HTTPStatus != 503 || r.Err.Code != interlock.ExitInfrastructure || !r.Err.RetryRun || r.Error() != "busy: 9 runs are waiting; try again in 7 s" {
		t.Errorf("%+v", err)
	}
	state, _ = answering(t, "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\nnot JSON")
	if _, err := New(state).Status(context.Background()); !errors.Is(err, ErrNotTaken) {
		t.Errorf("%v", err)
	}
}
