package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/daemon/queue"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// malformed is the error about a request that is not in order.
func malformed(name, message, hint string) *interlock.Error {
	return &interlock.Error{Kind: interlock.Configuration, Name: name, Message: message, Hint: hint, Code: interlock.ExitUsage}
}

// refuse answers with err and nothing else.
func refuse(w http.ResponseWriter, status int, err error) {
	e := interlock.AsError(err)
	body := apiv1.Refusal{Schema: apiv1.Schema, Error: apiv1.Failure(e), ExitStatus: e.Code.Status()}
	if busy := (*queue.Busy)(nil); errors.As(err, &busy) {
		body.RetryAfterS = int(busy.RetryIn / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(body.RetryAfterS))
	}
	answer(w, status, body)
}

// notAdmitted answers a submission that the daemon did not take.
func notAdmitted(w http.ResponseWriter, err error) {
	status := http.StatusServiceUnavailable
	if busy := (*queue.Busy)(nil); errors.As(err, &busy) && busy.Own {
		status = http.StatusTooManyRequests
	}
	if code := interlock.AsError(err).Code; code == interlock.ExitUsage || code == interlock.ExitRefused {
		status = http.StatusBadRequest // nothing that waiting would mend
	}
	if interlock.AsError(err).Name == daemon.Stopping {
		w.Header().Set("Connection", "close")
	}
	refuse(w, status, err)
}

func answer(w http.ResponseWriter, status int, v any) {
	b, err := apiv1.Encode(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, status, b)
}

func send(w http.ResponseWriter, status int, b []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) //nolint:gosec // JSON, and said to be; a client that has gone reads nothing
}
