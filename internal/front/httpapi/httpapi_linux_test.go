package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
	"github.com/interlock-run/interlock/test/require"
)

// start serves a home of its own, and returns its daemon and state directory. A
// child process of this test binary that is another user is what asOther is for.
func start(t *testing.T, config string) (*daemon.Daemon, string) {
	t.Helper()
	home := t.TempDir()
	env := []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "XDG_CACHE_HOME=" + filepath.Join(os.TempDir(), fmt.Sprint("interlock-e2e-cache-", os.Getuid()))}
	o := daemon.Options{Env: env, Etc: t.TempDir(), Now: time.Now, Serve: true, Pool: -1}
	if config != "" {
		o.ConfigFile = filepath.Join(home, "config.yml")
		if err := os.WriteFile(o.ConfigFile, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := daemon.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	state := d.Config().StateDir
	l, err := unixsock.Listen(state)
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Daemon: d, Version: "v9", State: state, UID: os.Getuid()})
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		at, stop := context.WithCancel(context.Background())
		stop()
		d.Drain(at)
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, state
}

func code(source string) *client.Submission {
	return &client.Submission{Schema: 1, Name: "x.py", Source: source}
}

// raw writes bytes to the socket and returns the answer's status and body.
func raw(t *testing.T, state, request string) (int, apiv1.Refusal) {
	t.Helper()
	conn, err := unixsock.Dial(t.Context(), state, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go io.WriteString(conn, request) // the server may answer before it has read all
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%.60q: %v", request, err)
	}
	defer r.Body.Close()
	var refusal apiv1.Refusal
	// A server that refuses may close with bytes unread, which resets the connection.
	if b, err := io.ReadAll(r.Body); r.StatusCode < 431 && err != nil || r.Header.Get("Content-Type") == "application/json" && json.Unmarshal(b, &refusal) != nil {
		t.Errorf("%v: %q", err, b)
	}
	return r.StatusCode, refusal
}

func post(path, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
}

func TestARunIsStreamedAndItsResultIsThatOfTheCommandLine(t *testing.T) {
	_, state := start(t, "")
	var out, err bytes.Buffer
	var events []string
	h := client.Handler{Stdout: &out, Stderr: &err, Started: func() { events = append(events, "started") },
		Queued: func(id string, position int) { events = append(events, fmt.Sprint("queued ", id != "", position)) }}
	s := code("import sys\nprint('out', sys.argv[1:], sys.stdin.read())\nprint('err', file=sys.stderr)\nsys.exit(3)\n")
	s.Args, s.Stdin, s.Description = []string{"a", "b"}, []byte("in"), "a test"
	o, id, failed := client.New(state).Run(context.Background(), s, h)
	if failed != nil {
		t.Fatal(failed)
	}
	if out.String() != "out ['a', 'b'] in\n" || err.String() != "err\n" || strings.Join(events, ", ") != "queued true 0, started" {
		t.Errorf("%q, %q, %q", out.String(), err.String(), events)
	}
	r, failed := o.Decode()
	if failed != nil || o.Code.Status() != 1 || r.ID != id || r.Exit == nil || r.Exit.Code != 3 || r.Stdout != out.String() || r.Ledger == nil {
		t.Errorf("%v, %s", failed, o.JSON)
	}
	kept, failed := os.ReadFile(filepath.Join(state, "runs", id, "result.json"))
	if failed != nil || string(kept) != string(o.JSON)+"\n" {
		t.Errorf("%v: result.json\n%s\ndiffers from\n%s", failed, kept, o.JSON)
	}
}

// Identity is the kernel's word: what a request says of it is refused, and what is
// recorded is the peer's.
func TestWhoSubmitsIsWhomTheKernelNames(t *testing.T) {
	d, state := start(t, "")
	for _, key := range []string{`"who":{"uid":0}`, `"Who":0`, `"uid":0`, `"front":"root"`} {
		body := `{"schema":1,"name":"x","source":"1",` + key + `}`
		if status, e := raw(t, state, post("/v1/runs", body)); status != 400 || e.Error == nil {
			t.Errorf("%s: %d", key, status)
		}
	}
	_, id, err := client.New(state).Run(context.Background(), code("print(1)\n"), client.Handler{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Ledger(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	run, ok, err := l.Run(context.Background(), id)
	if err != nil || !ok || run.Who.Kind != interlock.PeerIdentity || run.Who.UID != os.Getuid() || run.Front != "api" {
		t.Errorf("%+v, %v", run, err)
	}
}

// asOther makes this binary connect as another user; its value is the socket's folder.
const asOther = "INTERLOCK_TEST_AS_OTHER"

func TestMain(m *testing.M) {
	if state := os.Getenv(asOther); state != "" {
		conn, err := net.Dial("unix", filepath.Join(state, unixsock.Name))
		if err != nil {
			fmt.Println("dial:", err)
			os.Exit(1)
		}
		io.WriteString(conn, post("/v1/runs", `{"schema":1,"name":"x","source":"print(1)"}`))
		io.Copy(os.Stdout, conn)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestAnotherUserIsRefused(t *testing.T) {
	require.Root(t)
	d, state := start(t, "")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := func() string {
		cmd := exec.Command("setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "/proc/self/fd/3")
		exe, err := os.Open(self)
		if err != nil {
			t.Fatal(err)
		}
		defer exe.Close()
		cmd.ExtraFiles, cmd.Env, cmd.Dir = []*os.File{exe}, []string{asOther + "=" + state}, "/"
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	if got := other(); !strings.Contains(got, "denied") {
		t.Errorf("the folder lets another user in: %s", got)
	}
	// Even where every folder and the socket let them through, the daemon does not.
	for dir := state; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755)
	}
	os.Chmod(filepath.Join(state, unixsock.Name), 0o666)
	if got := other(); !strings.Contains(got, "403") || !strings.Contains(got, "not_your_daemon") {
		t.Errorf("%s", got)
	}
	if s := d.Status(); s.Done != 0 {
		t.Errorf("%+v", s)
	}
}

// Hostile and broken clients are answered, or dropped, and the daemon goes on.
func TestBrokenClientsAreRefused(t *testing.T) {
	_, state := start(t, "")
	ok := `{"schema":1,"name":"x.py","source":"print(1)\n"}`
	for name, c := range map[string]struct {
		request string
		status  int
	}{
		"garbage":             {"\x00\x16\x03\x01 garbage\r\n\r\n", 400},
		"another version":     {"GET /v1/status HTTP/9.9\r\n\r\n", 505},
		"no host":             {"GET /v1/status HTTP/1.1\r\n\r\n", 400},
		"endless header":      {"GET /v1/status HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 1<<20), 431},
		"no such path":        {"GET /v2/runs HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		"wrong method":        {"PUT /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405},
		"no kind":             {"POST /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 415},
		"no length":           {"POST /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411},
		"two lengths":         {"POST /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400},
		"huge body":           {"POST /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n", 413},
		"empty":               {post("/v1/runs", ""), 400},
		"not JSON":            {post("/v1/runs", "}{"), 400},
		"a list":              {post("/v1/runs", "["+ok+"]"), 400},
		"two objects":         {post("/v1/runs", ok+ok), 400},
		"unknown key":         {post("/v1/runs", strings.Replace(ok, "{", `{"sandbox":false,`, 1)), 400},
		"key in another case": {post("/v1/runs", strings.Replace(ok, `"name"`, `"NAME"`, 1)), 400},
		"key twice":           {post("/v1/runs", strings.Replace(ok, "{", `{"name":"y",`, 1)), 400},
		"null":                {post("/v1/runs", strings.Replace(ok, "{", `{"args":null,`, 1)), 400},
		"relative folder":     {post("/v1/runs", strings.Replace(ok, "{", `{"folder":"../..",`, 1)), 400},
		"unknown mode":        {post("/v1/runs", strings.Replace(ok, "{", `{"mode":"root",`, 1)), 400},
		"negative time":       {post("/v1/runs", strings.Replace(ok, "{", `{"timeout_ms":-1,`, 1)), 400},
		"another schema":      {post("/v1/runs", strings.Replace(ok, `"schema":1`, `"schema":2`, 1)), 400},
		"large source":        {post("/v1/runs", strings.Replace(ok, "print(1)", strings.Repeat("#", 1<<20), 1)), 400},
		"not UTF-8":           {post("/v1/runs", strings.Replace(ok, "print(1)", "\xff", 1)), 400},
		"deep":                {post("/v1/runs", strings.Replace(ok, "{", `{"args":`+strings.Repeat("[", 100000)+strings.Repeat("]", 100000)+",", 1)), 400},
		"other rules":         {post("/v1/runs", strings.Replace(ok, "{", `{"rules":"x",`, 1)), 412},
		"no such run":         {"DELETE /v1/runs/nosuch HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		"unknown cause":       {post("/v1/runs/x/cancel", `{"cause":"spite"}`), 400},
		"unknown restore":     {post("/v1/runs/x/restore", `{"twice":true}`), 400},
		"unknown switch":      {post("/v1/writes", `{"writes":"maybe"}`), 400},
		"unknown verdict":     {post("/v1/approvals/x", `{"verdict":"perhaps"}`), 400},
	} {
		status, e := raw(t, state, c.request)
		if status != c.status || status < 431 && status != 400 && (e.Error == nil || e.Error.Hint == "") {
			t.Errorf("%s: %d, want %d: %+v", name, status, c.status, e.Error)
		}
	}
	if o, _, err := client.New(state).Run(context.Background(), code("print(1)\n"), client.Handler{}); err != nil || o.Code != interlock.ExitOK {
		t.Errorf("after all that: %v", err)
	}
}

const endless = "import time\nprint('ready', flush=True)\ntime.sleep(600)\n"

// A client that closes its half of the connection, or all of it, cancels its run.
func TestAClientThatGoesCancelsItsRun(t *testing.T) {
	d, state := start(t, "")
	for name, leave := range map[string]func(*net.UnixConn) error{
		"half": func(c *net.UnixConn) error { return c.CloseWrite() },
		"all":  func(c *net.UnixConn) error { return c.Close() },
	} {
		conn, err := unixsock.Dial(t.Context(), state, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := apiv1.Encode(code(endless))
		io.WriteString(conn, post("/v1/runs", string(body)))
		lines := bufio.NewReader(conn)
		for line := ""; !strings.Contains(line, `"stdout"`); {
			if line, err = lines.ReadString('\n'); err != nil {
				t.Fatal(name, err)
			}
		}
		leave(conn)
		if err := d.Idle(t.Context()); err != nil {
			t.Fatal("the run goes on: ", err)
		}
		conn.Close()
	}
	l, err := d.Ledger(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	runs, err := l.Runs(context.Background(), 0)
	if err != nil || len(runs) != 2 || runs[0].Status != interlock.Stopped || runs[1].Status != interlock.Stopped {
		t.Errorf("%+v, %v", runs, err)
	}
}

// A client that does not read keeps no turn: its run ends, and another's runs.
func TestAClientThatDoesNotReadHoldsNobodyUp(t *testing.T) {
	_, state := start(t, "server: {max_running: 1}\n")
	conn, err := unixsock.Dial(t.Context(), state, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body, _ := apiv1.Encode(code("for i in range(1000): print('y' * 4000)\n"))
	io.WriteString(conn, post("/v1/runs", string(body)))
	if line, err := bufio.NewReaderSize(conn, 16).ReadString('\n'); err != nil || line != "HTTP/1.1 200 OK\r\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if o, _, err := client.New(state).Run(context.Background(), code("print(1)\n"), client.Handler{}); err != nil || o.Code != interlock.ExitOK {
		t.Errorf("%v", err)
	}
}

// P16: a hundred at once over real interpreters: each ends with its own output, and
// a user who is over the limit is told when to come back.
func TestAHundredRunsAtOnce(t *testing.T) {
	d, state := start(t, "server: {max_running: 4, max_queued: 200}\n")
	const n = 100
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			var out bytes.Buffer
			o, _, err := client.New(state).Run(context.Background(), code(fmt.Sprintf("print(%d)\n", i)), client.Handler{Stdout: &out})
			if err != nil || o.Code != interlock.ExitOK || out.String() != fmt.Sprintln(i) {
				t.Errorf("%d: %v, %q, %s", i, err, out.String(), o.JSON)
			}
		})
	}
	wait.Wait()
	if s := d.Status(); s.Done != n || s.Running != 0 || s.Queued != 0 || s.Mean == 0 {
		t.Errorf("%+v", s)
	}
}

func TestBusyIsAnAnswerWithATime(t *testing.T) {
	d, state := start(t, "server: {max_running: 1, max_queued: 1, per_user_queued: 1}\n")
	ctx, stop := context.WithCancelCause(context.Background())
	var wait sync.WaitGroup
	for range 2 {
		queued := make(chan struct{})
		wait.Go(func() {
			o, _, err := client.New(state).Run(ctx, code(endless), client.Handler{Queued: func(string, int) { close(queued) }})
			if err != nil || o.Code != interlock.ExitTerminated {
				t.Errorf("%v, %+v", err, o)
			}
		})
		<-queued
	}
	_, _, err := client.New(state).Run(context.Background(), code("print(1)\n"), client.Handler{})
	r := (*client.Refused)(nil)
	if !errors.As(err, &r) || r.HTTPStatus != 503 || r.RetryAfter < time.Second || !r.Err.RetryRun || r.Err.Code.Status() != 6 || !strings.Contains(r.Err.Message, "1 run is waiting; try again in") {
		t.Errorf("%+v", err)
	}
	stop(interlock.Terminated)
	wait.Wait()
	d.Stop()
	if status, e := raw(t, state, post("/v1/runs", `{"schema":1,"name":"x.py","source":"1"}`)); status != 503 || e.Error.Name != daemon.Stopping {
		t.Errorf("%d, %+v", status, e.Error)
	}
}

func TestStatus(t *testing.T) {
	d, state := start(t, "server: {max_running: 3}\n")
	s, err := client.New(state).Status(context.Background())
	if err != nil || s.Schema != 1 || s.Version != "v9" || s.PID != os.Getpid() || s.State != state || s.Policy != d.Policy().Digest() || s.Limits.MaxRunning != 3 || s.Stopping {
		t.Errorf("%+v, %v", s, err)
	}
}
