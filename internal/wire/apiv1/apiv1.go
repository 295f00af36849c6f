// Package apiv1 is the JSON that scripts read: the object of `interlock run
// --format json`, of result.json in a run's folder, and of `interlock check`.
// Every object has "schema": 1. Keys are added, never renamed or removed, while
// the number stays.
//
// Lists are never null. A value that does not exist is null: exit where nothing
// ran, limit where none was reached, error where the run succeeded, ledger where
// nothing was recorded, approval where nobody has to agree. Times are milliseconds as decimal numbers. Text that was
// not UTF-8 has U+FFFD in its place; the ledger keeps the bytes.
//
// "claimed" lists the keys of the object that user code could have forged: what
// it printed, displayed and left as results, and the error where that is the
// exception it reported. A put whose seen_by is claimed is such too. Everything else
// was observed by the kernel and the supervisor, or is Interlock's own.
package apiv1

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// Schema is the version of every object of this package.
const Schema = 1

// Decision is the policy's word.
type Decision struct {
	Effect   interlock.Effect        `json:"effect"`
	Mode     interlock.ExecutionMode `json:"mode"`
	Warnings []string                `json:"warnings"`
	Reasons  []interlock.Reason      `json:"reasons"`
	Policy   string                  `json:"policy_digest"`
	Approval *interlock.Demand       `json:"approval"` // null unless effect is needs_approval
}

func decision(d interlock.Decision) Decision {
	return Decision{Effect: d.Effect, Mode: d.Mode, Warnings: list(d.Warnings), Reasons: list(d.Reasons), Policy: d.PolicyDigest, Approval: d.Approval}
}

// Error is what went wrong, in words for people. Line is 0 where unknown.
type Error struct {
	Kind           interlock.ErrorKind `json:"kind"`
	Name           string              `json:"name"`
	Message        string              `json:"message"`
	Hint           string              `json:"hint"`
	Line           int                 `json:"line"`
	RetryRun       bool                `json:"retry_run"`
	RegenerateCode bool                `json:"regenerate_code"`
}

// Failure returns nil for nil. The message has the cause's words too.
func Failure(e *interlock.Error) *Error {
	if e == nil {
		return nil
	}
	return &Error{Kind: e.Kind, Name: e.Name, Message: text(e.Error()), Hint: e.Hint, Line: e.Line,
		RetryRun: e.RetryRun, RegenerateCode: e.RegenerateCode}
}

// Encode returns v, an object of this package, as one line of JSON, safe to show: see
// [visible.JSON].
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	return visible.JSON(b.Bytes()), nil
}

// DecodeRun reads a Run. Keys this version does not know are ignored, another
// schema is an error.
func DecodeRun(b []byte) (*Run, error) {
	var r Run
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("reading the result of a run: %w", err)
	}
	if r.Schema != Schema {
		return nil, fmt.Errorf("reading the result of a run: it has schema %d, this program reads %d", r.Schema, Schema)
	}
	return &r, nil
}

// list returns an empty list for nil, so that JSON never says null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func text(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
