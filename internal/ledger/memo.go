package ledger

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/interlock-run/interlock/internal/wire/redact"
)

// memo keeps the sealed form of bodies that come again and again: the grant is
// the same text in every run under one policy, and spelling and redacting it
// would take a millisecond before each. What is kept is redacted. The zero value
// is ready.
type memo struct {
	mu       sync.Mutex
	redactor *redact.Redactor // by which all of them were redacted
	bodies   map[[sha256.Size]byte]sealedBody
}

type sealedBody struct {
	raw      []byte
	redacted bool
}

const (
	memoLeast = 1 << 10 // bytes; what is shorter is sealed as fast as it is found
	memoMost  = 64      // bodies
)

// body returns the canonical JSON of body, redacted.
func (m *memo) body(body any, redactor *redact.Redactor) (raw []byte, redacted bool, err error) {
	if body == nil {
		return []byte("{}"), false, nil
	}
	plain, err := json.Marshal(body)
	if err != nil {
		return nil, false, fmt.Errorf("encoding %T as JSON: %w", body, err)
	}
	if len(plain) < memoLeast {
		return sealBody(plain, redactor)
	}
	key := sha256.Sum256(plain)
	if known, ok := m.find(key, redactor); ok {
		return known.raw, known.redacted, nil
	}
	if raw, redacted, err = sealBody(plain, redactor); err == nil {
		m.keep(key, redactor, sealedBody{raw, redacted})
	}
	return raw, redacted, err
}

func (m *memo) find(key [sha256.Size]byte, redactor *redact.Redactor) (sealedBody, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.bodies[key]
	return known, ok && m.redactor == redactor
}

func (m *memo) keep(key [sha256.Size]byte, redactor *redact.Redactor, b sealedBody) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.redactor != redactor || len(m.bodies) >= memoMost {
		m.redactor, m.bodies = redactor, map[[sha256.Size]byte]sealedBody{}
	}
	if m.bodies == nil {
		m.bodies = map[[sha256.Size]byte]sealedBody{}
	}
	m.bodies[key] = b
}
