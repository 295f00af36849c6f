package ledger

import "fmt"

// FaultKind says what is wrong.
type FaultKind string

const (
	Changed      FaultKind = "changed"       // an entry's bytes do not have its digest, or are unreadable
	Missing      FaultKind = "missing"       // numbers are skipped
	Reordered    FaultKind = "reordered"     // an entry stands in another's place
	Inserted     FaultKind = "inserted"      // something that the chain has no room for
	BadLink      FaultKind = "bad_link"      // an entry does not follow the one before it
	BadBlob      FaultKind = "bad_blob"      // a blob is not what its entry names
	MissingBlob  FaultKind = "missing_blob"  // a blob is gone and no entry purged it
	BadSignature FaultKind = "bad_signature" // a checkpoint is not signed by its key, or by the wrong one
	CutTail      FaultKind = "cut_tail"      // entries that a checkpoint saw are gone
	Rewritten    FaultKind = "rewritten"     // an entry is not the one a checkpoint saw
	OtherLedger  FaultKind = "other_ledger"  // a checkpoint is of another ledger
	Unreadable   FaultKind = "unreadable"    // reading ended before the end
	Misleading   FaultKind = "misleading"    // the store would answer a query with other than what it holds
)

// Fault is one thing that Verify found wrong.
type Fault struct {
	Seq    uint64    `json:"seq"` // the entry concerned; 0 where it is none
	Kind   FaultKind `json:"kind"`
	Detail string    `json:"detail"`
}

func (f Fault) String() string {
	if f.Seq == 0 {
		return fmt.Sprintf("%s: %s", f.Kind, f.Detail)
	}
	return fmt.Sprintf("entry %d %s: %s", f.Seq, f.Kind, f.Detail)
}

// PurgedBlob is a blob that is gone because an entry says so: a fact, no fault.
type PurgedBlob struct {
	SHA256 string `json:"sha256"`
	By     uint64 `json:"by"` // seq of the purge
}

// Report is what Verify found. A ledger is right only where OK says so.
type Report struct {
	Ledger  string  `json:"ledger"`
	Entries uint64  `json:"entries"`
	Last    uint64  `json:"last"`   // seq of the last entry
	Digest  string  `json:"digest"` // of the last entry
	Faults  []Fault `json:"faults"`

	BlobsChecked  int          `json:"blobs_checked"`
	BlobsPurged   []PurgedBlob `json:"blobs_purged"`
	BlobsNotHere  int          `json:"blobs_not_included"` // named, but the export has no blobs
	CheckpointsOK []string     `json:"checkpoints_ok"`     // which ones, and the fingerprints of their keys

	complete bool
}

// OK reports that everything was read and nothing was wrong. The zero Report is
// not OK.
func (r *Report) OK() bool { return r.complete && len(r.Faults) == 0 }

// Summary is one line for a person.
func (r *Report) Summary() string {
	word := "verified"
	if !r.OK() {
		word = fmt.Sprintf("NOT verified, %d faults", len(r.Faults))
	}
	return fmt.Sprintf("ledger %s: %s; %d entries, %d blobs checked, %d purged, %d not included",
		r.Ledger, word, r.Entries, r.BlobsChecked, len(r.BlobsPurged), r.BlobsNotHere)
}

func (r *Report) fault(seq uint64, kind FaultKind, format string, args ...any) {
	r.Faults = append(r.Faults, Fault{Seq: seq, Kind: kind, Detail: fmt.Sprintf(format, args...)})
}
