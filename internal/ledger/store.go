package ledger

import (
	"context"
	"iter"
)

// Store keeps the rows of one ledger. It is implemented in internal/store and
// exercised by internal/store/storetest; it knows nothing of what a row means.
// All methods are safe for concurrent use, also by several processes.
type Store interface {
	// ID is the random id made when the store was.
	ID() string
	// Append calls build once with the head of the chain, inside the store's only
	// write transaction, and returns nil only after what build returned is
	// durable. After an error nothing of it is visible. ctx bounds the wait for
	// other writers, not the write.
	Append(ctx context.Context, build func(Head) (Batch, error)) error
	// Snapshot opens a view that later appends do not change. The caller closes it.
	Snapshot(ctx context.Context) (Snapshot, error)
	Close() error
}

// Snapshot is one consistent view of a store, for one goroutine.
type Snapshot interface {
	Head(ctx context.Context) (Head, error)
	// Rows yields the rows that sel selects. After an error nothing follows.
	Rows(ctx context.Context, sel Selection) iter.Seq2[Row, error]
	// Blobs yields every blob, by ascending digest.
	Blobs(ctx context.Context) iter.Seq2[Blob, error]
	// Blob returns one blob; ok is false where there is none.
	Blob(ctx context.Context, digest string) (b Blob, ok bool, err error)
	// Astray says in words what would make a selection answer other than the rows
	// that are here, or an append do other than it says; nil where nothing does.
	Astray(ctx context.Context) ([]string, error)
	Close() error
}

// Head is the last entry of a chain; Seq 0 is an empty one.
type Head struct {
	Seq    uint64
	Digest string
}

// Batch is what one transaction writes. A blob that is stored already is left
// as it is; one that is to be purged goes after the others are written.
type Batch struct {
	Rows  []Row
	Blobs []Blob
	Purge []string
}

// Row is one stored entry. Entry is the truth; the other fields repeat what
// queries select by, and Verify compares them.
type Row struct {
	Seq    uint64
	Digest string
	Entry  []byte
	At     int64 // nanoseconds since 1970
	Kind   string
	Run    string
	Flow   string
	Who    string // WhoKey of the identity
	Name   string // its name
}

// Blob is one stored blob.
type Blob struct {
	Digest  string // SHA-256 of the unpacked bytes, lower-case hex
	Size    int64  // of the unpacked bytes
	Packing string
	Data    []byte
}

// Selection selects rows; every field that is set narrows it.
type Selection struct {
	Kinds        []string // any of these
	Run          string
	Flow         string
	Who          string // a WhoKey or a name
	Since, Until int64  // nanoseconds since 1970; from Since up to, not with, Until
	Newest       bool   // descending order
}
