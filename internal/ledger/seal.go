package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/canonical"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

// sealed is a record ready to be written: validated, redacted, packed. Only its
// place in the chain is open.
type sealed struct {
	entry Entry
	blobs []Blob
	purge []string // digests of blobs that go with this entry
}

// seal makes r ready. Redaction comes first and everything else is made from
// its result, so that no digest, size or packed form of a secret is stored.
func (l *Ledger) seal(r interlock.Record, redactor *redact.Redactor) (sealed, error) {
	if err := valid(r); err != nil {
		return sealed{}, err
	}
	if r.Time.IsZero() {
		r.Time = l.now()
	}
	s := sealed{entry: Entry{Time: r.Time.UTC().Round(0), Kind: r.Kind, Run: r.Run, Who: r.Who, Flow: r.Flow,
		Task: r.Task, Step: r.Step, Parent: r.Parent, Policy: r.Policy}}
	var err error
	if s.entry.Body, s.entry.Redacted, err = l.memo.body(r.Body, redactor); err != nil {
		return sealed{}, err
	}
	return s, s.sealBlobs(r.Blobs, redactor)
}

// sealBody returns the canonical spelling of plain, an encoded body, redacted.
func sealBody(plain []byte, redactor *redact.Redactor) (raw []byte, redacted bool, err error) {
	if raw, err = canonical.Transform(plain); err != nil {
		return nil, false, err
	}
	if !bytes.HasPrefix(raw, []byte("{")) {
		return nil, false, fmt.Errorf("the body is %.40s: want a JSON object", raw)
	}
	if raw, redacted, err = redactor.JSON(raw); err != nil || !redacted {
		return raw, redacted, err
	}
	raw, err = canonical.Transform(raw)
	return raw, true, err
}

func (s *sealed) sealBlobs(blobs map[string][]byte, redactor *redact.Redactor) error {
	if len(blobs) == 0 {
		return nil
	}
	s.entry.Blobs = make(map[string]BlobRef, len(blobs))
	for _, name := range slices.Sorted(maps.Keys(blobs)) {
		if name == "" {
			return errors.New("a blob has no name")
		}
		data, redacted := redactor.Bytes(blobs[name])
		b := pack(data)
		s.blobs = append(s.blobs, b)
		clean, _ := redactor.String(name)
		clean = redact.Unused(clean, func(n string) bool { _, taken := s.entry.Blobs[n]; return taken })
		s.entry.Blobs[clean] = BlobRef{SHA256: b.Digest, Size: b.Size, Redacted: redacted}
	}
	return nil
}
