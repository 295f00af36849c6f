package ledger

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Checkpoint is a signed word on how far a ledger had come and what it was then.
// Kept where the ledger's owner cannot change it, it shows a cut tail and a
// rewrite. Its text form is made to be printed, copied and parsed back:
//
//	interlock ledger checkpoint v1
//	ledger 5f0c…
//	seq 1234
//	digest 9ab3…
//	time 2026-01-02T03:04:05.000000006Z
//	key 11qY…=
//	signature 4xkZ…==
//
// The signature is Ed25519 over all lines before its own, line feeds included.
type Checkpoint struct {
	LedgerID  string
	Seq       uint64 // 0 is a ledger without entries
	Digest    string // of entry Seq, lower-case hex
	Time      time.Time
	PublicKey ed25519.PublicKey
	Signature []byte
}

const checkpointHeader = "interlock ledger checkpoint v1"

// signed is the text that the signature covers.
func (c Checkpoint) signed() string {
	return fmt.Sprintf("%s\nledger %s\nseq %d\ndigest %s\ntime %s\nkey %s\n", checkpointHeader, c.LedgerID, c.Seq,
		c.Digest, c.Time.UTC().Format(time.RFC3339Nano), b64.EncodeToString(c.PublicKey))
}

// String returns the text form, seven lines.
func (c Checkpoint) String() string {
	return c.signed() + "signature " + b64.EncodeToString(c.Signature) + "\n"
}

// Genuine reports whether the signature is PublicKey's. Whose key that is, only
// its Fingerprint compared with one noted earlier tells.
func (c Checkpoint) Genuine() bool {
	return len(c.PublicKey) == ed25519.PublicKeySize && ed25519.Verify(c.PublicKey, []byte(c.signed()), c.Signature)
}

// ParseCheckpoint reads the text form. White space around lines and blank lines
// are forgiven, because the text is copied by hand; nothing else is. It does not
// check the signature.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	lines = trimmed(lines)
	names := []string{"ledger", "seq", "digest", "time", "key", "signature"}
	if len(lines) != len(names)+1 || lines[0] != checkpointHeader {
		return c, fmt.Errorf("this is no checkpoint: want %d lines, the first %q", len(names)+1, checkpointHeader)
	}
	values := map[string]string{}
	for i, name := range names {
		value, ok := strings.CutPrefix(lines[i+1], name+" ")
		if !ok {
			return c, fmt.Errorf("line %d of the checkpoint: want %q and its value, not %.60q", i+2, name, lines[i+1])
		}
		values[name] = value
	}
	return c, c.set(values)
}

func trimmed(lines []string) (kept []string) {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// set fills c and returns every fault.
func (c *Checkpoint) set(values map[string]string) error {
	var errs []error
	check := func(name string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("the checkpoint's %s: %w", name, err))
		}
	}
	var err error
	c.LedgerID, c.Digest = values["ledger"], values["digest"]
	check("ledger", hexOf(c.LedgerID, 16))
	check("digest", hexOf(c.Digest, 32))
	c.Seq, err = strconv.ParseUint(values["seq"], 10, 64)
	check("seq", err)
	c.Time, err = time.Parse(time.RFC3339Nano, values["time"])
	check("time", err)
	c.PublicKey, err = b64.DecodeString(values["key"])
	check("key", err)
	c.Signature, err = b64.DecodeString(values["signature"])
	check("signature", err)
	return errors.Join(errs...)
}

func hexOf(s string, bytes int) error {
	if b, err := hex.DecodeString(s); err != nil || len(b) != bytes || strings.ToLower(s) != s {
		return fmt.Errorf("%.80q is not %d lower-case hexadecimal digits", s, 2*bytes)
	}
	return nil
}

// Checkpoint signs the present head with the key in the state directory, which
// it makes at first use. It is not stored: beside the ledger it would protect
// against nobody. Print it, export it, keep it elsewhere.
func (l *Ledger) Checkpoint(ctx context.Context) (Checkpoint, error) {
	snap, err := l.store.Snapshot(ctx)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("signing a checkpoint: %w", err)
	}
	defer snap.Close()
	h, err := snap.Head(ctx)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("signing a checkpoint: %w", err)
	}
	return l.sign(headOf(l.ID(), h))
}

func (l *Ledger) sign(h Head) (Checkpoint, error) {
	key, err := loadKey(filepath.Join(l.dir, "ledger.key"))
	if err != nil {
		return Checkpoint{}, err
	}
	public, _ := key.Public().(ed25519.PublicKey) // as crypto/ed25519 promises; no key would verify nothing
	c := Checkpoint{LedgerID: l.ID(), Seq: h.Seq, Digest: h.Digest, Time: l.now().UTC().Round(0), PublicKey: public}
	c.Signature = ed25519.Sign(key, []byte(c.signed()))
	return c, nil
}
