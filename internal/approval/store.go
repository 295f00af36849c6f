package approval

import "context"

// Store keeps requests. A change is durable when it returns, and one that is cut
// short by the end of the process was made whole or not at all. It is safe for
// concurrent use, also by several processes.
//
// It is the ledger's own database and not a folder of files: there one statement is
// the compare-and-swap that a single use needs, flushed and seen by every process at
// once, where files would want a lock, a temporary file, two flushes and a rename, each
// with a state in between for a kill to leave behind.
type Store interface {
	// AddRequest keeps a new request; an id that is there is an error.
	AddRequest(ctx context.Context, id string, body []byte) error
	// Request returns one; ok is false where there is none.
	Request(ctx context.Context, id string) (k Kept, ok bool, err error)
	// RequestIDs are all ids, the newest first.
	RequestIDs(ctx context.Context) ([]string, error)
	// SwapRequest replaces the body if the request still has that version, and says
	// whether it did.
	SwapRequest(ctx context.Context, id string, version int64, body []byte) (bool, error)
	// DropRequest removes a request if it still has that version.
	DropRequest(ctx context.Context, id string, version int64) (bool, error)
}

// Kept is a request as a store has it.
type Kept struct {
	ID      string
	Version int64 // grows by one with each change
	Body    []byte
}
