package ledger

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// keyHeader starts the key file, so that a person who finds it knows what it is.
const keyHeader = "interlock ledger key v1 ed25519 "

// b64 is strict: every value has one spelling, so no byte of a printed
// checkpoint can change unseen.
var b64 = base64.StdEncoding.Strict()

// loadKey returns the signing key in path, and makes it at first use. Several
// processes may come first at once; all get the same key.
func loadKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if err = makeKey(path); err != nil {
			return nil, fmt.Errorf("making the ledger's signing key: %w", err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the ledger's signing key: %w", err)
	}
	coded, ok := strings.CutPrefix(strings.TrimSuffix(string(text), "\n"), keyHeader)
	seed, err := b64.DecodeString(coded)
	if !ok || err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s is no ledger key: restore it, or move it away to sign with a new one", path)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// makeKey writes a whole key under another name and links it into place, so
// that nobody reads half of one and the first process wins.
func makeKey(path string) error {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(keyHeader + b64.EncodeToString(seed) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), path); errors.Is(err, os.ErrExist) {
		return nil
	}
	return err
}

// Fingerprint names a public key in the way ssh does: "SHA256:" and base64.
func Fingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
