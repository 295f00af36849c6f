package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/interlock-run/interlock"
)

// named is the path of the run that part names. A server takes some parts for the path of
// something else, and no run has them.
func named(under, part string) (string, error) {
	if part == "" || part == "." || part == ".." {
		return "", &Refused{HTTPStatus: http.StatusNotFound, Err: &interlock.Error{Kind: interlock.Configuration, Name: "no_such_run", Code: interlock.ExitUsage,
			Message: fmt.Sprintf("%q is no part of a run's id", part), Hint: "type `interlock runs list` or `interlock approvals list`"}}
	}
	return under + url.PathEscape(part), nil
}

// Runs lists the runs that the caller may see, the newest first, at most limit; 0 is all.
func (c *Client) Runs(ctx context.Context, limit int) (*Runs, error) {
	var list Runs
	return &list, c.ask(ctx, http.MethodGet, "/v1/runs?limit="+strconv.Itoa(limit), nil, &list)
}

// ShowRun is the run that part names: its id, or a part of it that is unique among those
// that the caller may see.
func (c *Client) ShowRun(ctx context.Context, part string) (*Result, error) {
	var r Result
	path, err := named("/v1/runs/", part)
	if err != nil {
		return nil, err
	}
	return &r, c.ask(ctx, http.MethodGet, path, nil, &r)
}

// Restore puts each channel that a run put back to what it was before, as a run of its
// own, and waits for its result, as Run does.
func (c *Client) Restore(ctx context.Context, part string, how *Restore, h Handler) (o *Outcome, id string, err error) {
	path, err := named("/v1/runs/", part)
	if err != nil {
		return nil, "", err
	}
	return c.stream(ctx, path+"/restore", how, h)
}

// Writes says how the kill switch stands.
func (c *Client) Writes(ctx context.Context) (*Writes, error) {
	var w Writes
	return &w, c.ask(ctx, http.MethodGet, "/v1/writes", nil, &w)
}

// TurnWrites turns the kill switch. Off, it returns when no put is under way. Who lost
// the daemon on the way (ErrLost) does not know how it stands.
func (c *Client) TurnWrites(ctx context.Context, turn *TurnWrites) (*Writes, error) {
	var w Writes
	return &w, c.ask(ctx, http.MethodPost, "/v1/writes", turn, &w)
}
