// Package client is the Go client of the HTTP API (see internal/front/httpapi and
// docs/service.md) on the unix socket of a daemon of this machine.
//
// Each call is one connection with one request, which is sent at most once: what
// was submitted may have run, so nothing here tries again. An error tells the two
// cases apart. [ErrNotTaken] says that the daemon never got the submission or
// refused it, and nothing ran; [ErrLost] that it may have run, and that the ledger
// knows.
//
//	r, err := client.New(stateDir).Run(ctx, &client.Submission{Schema: 1, Name: "fit.py", Source: code}, client.Handler{Stdout: os.Stdout})
//
// It carries no stage of the pipeline with it, so that asking a daemon costs little
// more than the connection. It does not check that the daemon is a good one: only
// that the kernel names the same user at the other end.
package client

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
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// The bodies of the API, under names that other modules can use.
type (
	// Submission is what to run and all that can change what it does.
	Submission = apiv1.Submission
	// Result is the object of `interlock run --format json`.
	Result = apiv1.Run
	// Module is a file beside the script, as it was analysed.
	Module = apiv1.Module
	// Status is what the daemon does.
	Status = apiv1.Status
	// Request is a run that waits, or waited, for people.
	Request = apiv1.Request
	// GiveVerdict is what one person says to it.
	GiveVerdict = apiv1.GiveVerdict
	// Runs is a list of runs.
	Runs = apiv1.Runs
	// Restore says how the puts of a run are undone.
	Restore = apiv1.Restore
	// Writes is how the kill switch stands.
	Writes = apiv1.Writes
	// TurnWrites turns it.
	TurnWrites = apiv1.TurnWrites
)

var (
	// ErrNotTaken says that the daemon never had the submission, or refused it. Nothing ran.
	ErrNotTaken = errors.New("the daemon did not take it")
	// ErrLost says that the daemon went away before the result came. The run may
	// have run.
	ErrLost = errors.New("the daemon went away before the result came")
)

// The times after which a daemon that says nothing is given up. Between its first
// event and the result it may be silent for as long as a run takes.
const (
	dialTimeout   = 2 * time.Second
	answerTimeout = 15 * time.Second
	cancelTimeout = 20 * time.Second
)

// notTaken is err, which kept the daemon from taking it, in its own words.
type notTaken struct{ err error }

func (n notTaken) Error() string   { return n.err.Error() }
func (n notTaken) Unwrap() []error { return []error{n.err, ErrNotTaken} }

// Client speaks to the daemon of one state directory. It is safe for concurrent use.
type Client struct {
	state  string
	shared string // the socket of a daemon that serves several users; "" is that of state
}

// NewShared returns a client of the daemon that serves several users on the socket.
// Whose daemon it is, is not checked: who may make that socket is the operator.
func NewShared(socket string) *Client { return &Client{shared: socket} }

// New returns a client of the daemon that serves the state directory. Nothing is
// opened before it is used.
func New(stateDir string) *Client { return &Client{state: stateDir} }

// Listening reports whether there is a socket: a daemon, or what a dead one left.
func (c *Client) Listening() bool {
	_, err := os.Lstat(unixsock.Path(c.state))
	return err == nil
}

// Refused is the answer of a daemon that refused a request. It unwraps to the
// *interlock.Error for people and to ErrNotTaken.
type Refused struct {
	HTTPStatus int
	RetryAfter time.Duration // 0 where the daemon does not say
	Err        *interlock.Error
}

func (r *Refused) Error() string { return r.Err.Error() }

// Unwrap returns the causes.
func (r *Refused) Unwrap() []error { return []error{r.Err, ErrNotTaken} }

// Status asks what the daemon does.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	var s Status
	return &s, c.ask(ctx, http.MethodGet, "/v1/status", nil, &s)
}

// Cancel ends the run whose id is, or has as its part, id; cause is
// interlock.Interrupted or interlock.Terminated. It returns the id and does not
// wait for the run's end.
func (c *Client) Cancel(ctx context.Context, id string, cause error) (string, error) {
	word := interlock.Interrupted.Error()
	if errors.Is(cause, interlock.Terminated) {
		word = interlock.Terminated.Error()
	}
	path, err := named("/v1/runs/", id)
	if err != nil {
		return "", err
	}
	var done apiv1.Cancelled
	err = c.ask(ctx, http.MethodPost, path+"/cancel", apiv1.Cancel{Cause: word}, &done)
	return done.ID, err
}

// maxAnswer bounds an answer that is no stream: a request has its submission in it.
const maxAnswer = 256 << 20

// ask sends a small request and reads its small answer into out.
func (c *Client) ask(ctx context.Context, method, path string, in, out any) error {
	x, err := c.send(ctx, method, path, in)
	if err != nil {
		return err
	}
	defer x.close()
	b, err := io.ReadAll(io.LimitReader(x.response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("reading the daemon's answer: %w", err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("reading the daemon's answer: %w", err)
	}
	return nil
}

// exchange is a request that was sent and the head of its answer.
type exchange struct {
	conn     *net.UnixConn
	response *http.Response
	stop     func() bool
}

func (x *exchange) close() {
	x.stop()
	_ = x.conn.Close() // what was to be read has been
}

// send connects, sends one request and reads the head of the answer. A context
// that ends closes the connection. An answer that is no success is a *Refused.
func (c *Client) send(ctx context.Context, method, path string, in any) (*exchange, error) {
	var body []byte
	if in != nil {
		b, err := apiv1.Encode(in)
		if err != nil {
			return nil, notTaken{err}
		}
		body = b
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://interlock"+path, bytes.NewReader(body))
	if err != nil {
		return nil, notTaken{fmt.Errorf("asking the daemon: %w", err)}
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	conn, err := c.dial(ctx)
	if err != nil {
		return nil, notTaken{err}
	}
	x := &exchange{conn: conn, stop: context.AfterFunc(ctx, func() { _ = conn.Close() })}
	_ = conn.SetDeadline(time.Now().Add(answerTimeout)) // fails only on a closed connection, which the next line finds
	sent := request.Write(conn)
	// A daemon that refuses may answer before it has read everything.
	x.response, err = http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		x.close()
		return nil, lost(errors.Join(sent, err))
	}
	_ = conn.SetDeadline(time.Time{})
	if x.response.StatusCode < 200 || x.response.StatusCode > 299 {
		defer x.close()
		return nil, refusal(x.response)
	}
	return x, nil
}

// dial connects to a daemon of the same user.
func (c *Client) dial(ctx context.Context) (*net.UnixConn, error) {
	if c.shared != "" {
		return unixsock.DialShared(ctx, c.shared, dialTimeout)
	}
	conn, err := unixsock.Dial(ctx, c.state, dialTimeout)
	if err != nil {
		return nil, err
	}
	peer, err := unixsock.PeerOf(conn)
	if err == nil && peer.UID != os.Getuid() {
		err = fmt.Errorf("the daemon on %s runs as user %d, not as you", unixsock.Path(c.state), peer.UID)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func lost(err error) error {
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// refusal reads what the daemon says of a request that it refused.
func refusal(r *http.Response) error {
	var body apiv1.Refusal
	b, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(b, &body)
	}
	if err != nil || body.Error == nil {
		return notTaken{fmt.Errorf("the daemon answered %s, and not as Interlock does", r.Status)}
	}
	e := body.Error
	return &Refused{HTTPStatus: r.StatusCode, RetryAfter: time.Duration(body.RetryAfterS) * time.Second,
		Err: &interlock.Error{Kind: e.Kind, Name: e.Name, Message: e.Message, Hint: e.Hint, RetryRun: e.RetryRun,
			RegenerateCode: e.RegenerateCode, Code: exitCode(body.ExitStatus)}}
}

// exitCode is the code of an exit status; one that is none of the table's is that
// of infrastructure.
func exitCode(status int) interlock.ExitCode {
	for c := interlock.ExitInfrastructure; c <= interlock.ExitTerminated; c++ {
		if c.Status() == status {
			return c
		}
	}
	return interlock.ExitInfrastructure
}
