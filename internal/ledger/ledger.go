// Package ledger is the record of everything Interlock decided and did:
// append-only, hash-chained, durable before acknowledged, verifiable by anyone
// who has a copy.
//
// # The chain
//
// An entry is a canonical JSON object (internal/wire/canonical):
//
//	{"blobs":{"source":{"sha256":…,"size":…}},"body":{…},"kind":"start","prev":…,"run":…,"seq":7,"time":…,"who":{…}}
//
// Its digest is the SHA-256 over "interlock ledger entry v1\n" and exactly those
// bytes. prev is the digest of the entry before; that of entry 1 is made from
// the ledger's random id, so no entry fits another ledger:
//
//	id ─▶ genesis ◀─prev─ entry 1 ◀─prev─ entry 2 ◀─prev─ … ◀─prev─ head ◀─ signed checkpoint, kept elsewhere
//
// Sources and outputs are blobs: stored once by the SHA-256 of what is stored,
// named in the entry, and so purgeable without breaking the chain. A purge is
// itself an entry; a blob that is gone without one is a fault.
//
// # Life of an append
//
// Append validates and redacts every record before anything is written, then
// joins the group: one caller leads, writes what all waiting callers brought as
// one transaction, and wakes them when the store says it is durable. Sequence
// numbers and links are given inside the transaction, so several processes on
// one store build one chain. A caller that is told of an error may find its
// records absent; a caller that got a receipt finds them after any crash.
//
// # What this does not protect against
//
//   - Whoever can write the state directory owns the key in it and can rewrite
//     the whole ledger, chain and signatures included. Only a checkpoint kept
//     elsewhere (printed, exported) shows it, and only up to that checkpoint.
//   - Records that were never appended. The chain proves order and content, not
//     completeness of what was observed.
//   - Clocks: a time is what this host's clock said.
//   - A purged blob may live on in backups, file-system snapshots and flash cells.
//   - Redaction finds what the patterns name, and the exact digest of a source
//     lets a short secret in it be guessed: docs/adr/0004-redaction.md.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

// Options are what a Ledger needs besides its store. Dir and Now are required.
type Options struct {
	// Dir is the state directory: the signing key (ledger.key) and the claims of
	// running runs (running/) live in it.
	Dir string
	// Now gives the time of records that carry none, and of checkpoints.
	Now func() time.Time
	// Redact is applied to every body and blob; nil redacts nothing.
	Redact *redact.Redactor
}

// Ledger implements [interlock.Ledger] over a Store. It is safe for concurrent use.
type Ledger struct {
	store  Store
	dir    string
	now    func() time.Time
	redact atomic.Pointer[redact.Redactor]
	memo   memo
	group  group
	claims *claims
}

var _ interlock.Ledger = (*Ledger)(nil)

// New returns the Ledger over store, which it owns from here on: Close closes it.
func New(store Store, o Options) (*Ledger, error) {
	if store == nil || o.Dir == "" || o.Now == nil {
		return nil, errors.New("a ledger needs a store, a state directory and a clock")
	}
	l := &Ledger{store: store, dir: o.Dir, now: o.Now, claims: newClaims(filepath.Join(o.Dir, "running"))}
	l.group.commit = l.commit
	l.redact.Store(o.Redact)
	return l, nil
}

// ID is the ledger's random id: 32 hexadecimal digits.
func (l *Ledger) ID() string { return l.store.ID() }

// SetRedactor puts other patterns in force, for records that are appended from
// now on. nil redacts nothing.
func (l *Ledger) SetRedactor(r *redact.Redactor) { l.redact.Store(r) }

// Append implements [interlock.Ledger]. All records are written or none. A
// record that says less than its kind needs is refused before anything is
// written. A cancelled ctx withdraws records that are not yet being written;
// once they are, Append waits for the outcome.
//
// A record of kind start claims its run for this process until the run's end is
// recorded or the process dies: see [Ledger.Runs].
func (l *Ledger) Append(ctx context.Context, records ...interlock.Record) (interlock.Receipt, error) {
	if len(records) == 0 {
		return interlock.Receipt{}, errors.New("appending to the ledger: no records")
	}
	w := newWaiting(len(records))
	for _, r := range records {
		s, err := l.seal(r, l.redact.Load())
		if err != nil {
			return interlock.Receipt{}, fmt.Errorf("recording %q: %w", r.Kind, err)
		}
		w.sealed = append(w.sealed, s)
	}
	claimed, err := l.claimStarted(records)
	if err != nil {
		return interlock.Receipt{}, err
	}
	receipt, err := l.group.do(ctx, w)
	if err != nil {
		l.claims.release(claimed...)
		return interlock.Receipt{}, fmt.Errorf("appending to the ledger: %w", err)
	}
	l.claims.release(ended(records)...)
	return receipt, nil
}

// Close releases this process's claims and closes the store. Call it after the
// last Append has returned; it does not wait for one.
func (l *Ledger) Close() error {
	return errors.Join(l.claims.close(), l.store.Close())
}
