package client

import (
	"context"
	"net/http"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// Requests lists runs that wait for a person, the newest first, without their code;
// open leaves out those that are over.
func (c *Client) Requests(ctx context.Context, open bool) ([]Request, error) {
	path := "/v1/approvals"
	if !open {
		path += "?all=1"
	}
	var list apiv1.Requests
	err := c.ask(ctx, http.MethodGet, path, nil, &list)
	return list.Requests, err
}

// Request is the one that part names: the id of its run, or a unique part of it.
func (c *Client) Request(ctx context.Context, part string) (*Request, error) {
	var r Request
	path, err := named("/v1/approvals/", part)
	if err != nil {
		return nil, err
	}
	return &r, c.ask(ctx, http.MethodGet, path, nil, &r)
}

// Verdict gives the caller's verdict and returns the request as it is then. Who the
// caller is, the kernel tells the daemon.
func (c *Client) Verdict(ctx context.Context, part string, v *GiveVerdict) (*Request, error) {
	var r Request
	path, err := named("/v1/approvals/", part)
	if err != nil {
		return nil, err
	}
	return &r, c.ask(ctx, http.MethodPost, path, v, &r)
}

// Start starts a run that was approved, once, and waits for its result, as Run does.
func (c *Client) Start(ctx context.Context, part string, h Handler) (o *Outcome, id string, err error) {
	path, err := named("/v1/approvals/", part)
	if err != nil {
		return nil, "", err
	}
	return c.stream(ctx, path+"/start", struct{}{}, h)
}
