package ledger

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Packings of a stored blob. An unknown one is a fault, never read as plain.
const (
	plain   = "plain"
	deflate = "deflate"
)

// packFrom is the size in bytes below which packing costs a one-off run more
// than the disk space is worth: making a compressor takes about 0.2 ms.
const packFrom = 4 << 10

// pack returns data as it is stored. It may keep data.
func pack(data []byte) Blob {
	sum := sha256.Sum256(data)
	b := Blob{Digest: hex.EncodeToString(sum[:]), Size: int64(len(data)), Packing: plain, Data: data}
	if len(data) < packFrom {
		return b
	}
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err != nil {
		return b
	}
	if _, err = w.Write(data); err == nil && w.Close() == nil && buf.Len() < len(data)*9/10 {
		b.Packing, b.Data = deflate, buf.Bytes()
	}
	return b
}

// unpack returns the bytes of b and checks them against its digest and size.
// It never reads more than Size bytes and one.
func (b Blob) unpack() ([]byte, error) {
	data := b.Data
	switch b.Packing {
	case plain:
	case deflate:
		var err error
		r := flate.NewReader(bytes.NewReader(b.Data))
		if data, err = io.ReadAll(io.LimitReader(r, b.Size+1)); err != nil {
			return nil, fmt.Errorf("unpacking blob %s: %w", b.Digest, err)
		}
	default:
		return nil, fmt.Errorf("blob %s has the unknown packing %q", b.Digest, b.Packing)
	}
	if sum := sha256.Sum256(data); int64(len(data)) != b.Size || hex.EncodeToString(sum[:]) != b.Digest {
		return nil, fmt.Errorf("blob %s is not what was stored: its bytes have another digest or size", b.Digest)
	}
	return data, nil
}
