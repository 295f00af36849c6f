package interlock

import (
	"context"
	"time"
)

// RecordKind says what a record of the ledger is about.
type RecordKind string

const (
	RecordSubmission RecordKind = "submission"
	RecordDecision   RecordKind = "decision"
	RecordGrant      RecordKind = "grant"
	RecordStart      RecordKind = "start" // written before any user code is sent
	RecordEnd        RecordKind = "end"
	RecordDenial     RecordKind = "denial" // a refusal during the run
	RecordPolicy     RecordKind = "policy" // a policy version came into force
	RecordOverride   RecordKind = "override"
	RecordPrune      RecordKind = "prune"
	RecordPut        RecordKind = "put"         // durable before the put is sent
	RecordPutEnd     RecordKind = "put_end"     // what became of it
	RecordPutRefused RecordKind = "put_refused" // it was not sent
	RecordWrites     RecordKind = "writes"      // the kill switch was turned

	RecordRequest    RecordKind = "request"    // a run waits for a person
	RecordApproval   RecordKind = "approval"   // one person's yes, with the digest of what was shown
	RecordRejection  RecordKind = "rejection"  // one person's no
	RecordWithdrawal RecordKind = "withdrawal" // the requester takes it back
	RecordClaim      RecordKind = "claim"      // an approval was used: the run starts now, or never
)

// Record is one entry to append to the ledger.
type Record struct {
	Kind   RecordKind
	Time   time.Time
	Run    string // "" where no run is concerned
	Who    Identity
	Flow   string // ids of the larger work this belongs to; may be empty
	Task   string
	Step   string
	Parent string
	Policy string // digest of the policy in force
	Body   any    // marshals to a JSON object
	// Blobs are redacted, then stored by the SHA-256 of the bytes that are left,
	// apart from the chain, and named in the record by that digest, so that they
	// can be purged without breaking it.
	Blobs map[string][]byte
}

// Receipt says where a record stands in the chain.
type Receipt struct {
	Seq    uint64 `json:"seq"`
	Digest string `json:"digest"` // lower-case hex
}

// Ledger is the append-only record. Append writes all records in order, as one
// transaction, and returns the receipt of the last one only after they are
// durable. It is safe for concurrent use.
type Ledger interface {
	Append(ctx context.Context, records ...Record) (Receipt, error)
}
