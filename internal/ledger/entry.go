package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/canonical"
)

// Entry is one record in the chain. Its JSON form, made canonical, is exactly
// what is hashed, stored and exported; Digest stands beside it.
type Entry struct {
	Seq    uint64               `json:"seq"`  // from 1, without a gap
	Time   time.Time            `json:"time"` // UTC, RFC 3339 with nanoseconds
	Kind   interlock.RecordKind `json:"kind"`
	Run    string               `json:"run,omitempty"`
	Who    interlock.Identity   `json:"who"`
	Flow   string               `json:"flow,omitempty"`
	Task   string               `json:"task,omitempty"`
	Step   string               `json:"step,omitempty"`
	Parent string               `json:"parent,omitempty"`
	Policy string               `json:"policy,omitempty"` // digest of the policy in force
	Body   json.RawMessage      `json:"body"`             // an object
	// Redacted says that something in Body was replaced before it was written.
	Redacted bool               `json:"redacted,omitempty"`
	Blobs    map[string]BlobRef `json:"blobs,omitempty"`
	Prev     string             `json:"prev"` // digest of the entry before

	Digest string `json:"-"`
}

// BlobRef names a blob by what is stored of it.
type BlobRef struct {
	SHA256 string `json:"sha256"` // of the stored, redacted bytes
	Size   int64  `json:"size"`   // in bytes, before packing
	// Redacted says that the stored bytes are not the original ones.
	Redacted bool `json:"redacted,omitempty"`
}

// entryDomain and genesisDomain keep the digests apart from each other and from
// any other use of SHA-256.
const (
	entryDomain   = "interlock ledger entry v1\n"
	genesisDomain = "interlock ledger genesis v1\n"
)

func digest(domain string, b []byte) string {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil))
}

// genesis is what entry 1 of the ledger id links to.
func genesis(id string) string { return digest(genesisDomain, []byte(id)) }

// headOf is the head with the genesis in the place of a missing entry.
func headOf(id string, h Head) Head {
	if h.Seq == 0 {
		h.Digest = genesis(id)
	}
	return h
}

// encode returns e's canonical bytes and sets its digest.
func (e *Entry) encode() ([]byte, error) {
	raw, err := canonical.Marshal(e)
	if err != nil {
		return nil, err
	}
	e.Digest = digest(entryDomain, raw)
	return raw, nil
}

// decode reads an entry strictly: unknown fields are an error, and so is
// whatever canonical JSON does not allow.
func decode(raw []byte) (e Entry, err error) {
	if !canonical.Is(raw) {
		return e, fmt.Errorf("not canonical JSON")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err = d.Decode(&e); err != nil {
		return e, err
	}
	e.Digest = digest(entryDomain, raw)
	return e, nil
}

// row is e as a store keeps it.
func (e *Entry) row(raw []byte) Row {
	return Row{Seq: e.Seq, Digest: e.Digest, Entry: raw, At: e.Time.UnixNano(), Kind: string(e.Kind),
		Run: e.Run, Flow: e.Flow, Who: WhoKey(e.Who), Name: e.Who.Name}
}

// WhoKey is the text that an identity is looked up by: its kind and number.
func WhoKey(i interlock.Identity) string { return string(i.Kind) + ":" + strconv.Itoa(i.UID) }
