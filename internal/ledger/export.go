package ledger

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/interlock-run/interlock/internal/wire/canonical"
)

// An export is JSON Lines, every line canonical:
//
//	{"blobs":true,"format":"interlock ledger export v1","ledger":"5f0c…"}
//	{"digest":"9ab3…","entry":{…}}            one a line, from seq 1
//	{"blob":"77e1…","data":"aW1wb3J0…"}       by ascending digest; only where head says blobs
//	{"checkpoint":"interlock ledger checkpoint v1\n…"}
//
// No byte of it can change unseen: entries are chained, blobs named by entries,
// and the checkpoint is signed.
const exportFormat = "interlock ledger export v1"

type exportHead struct {
	Blobs  bool   `json:"blobs"`
	Format string `json:"format"`
	Ledger string `json:"ledger"`
}

type exportBlob struct {
	Blob string `json:"blob"`
	Data string `json:"data"`
}

type exportEnd struct {
	Checkpoint string `json:"checkpoint"`
}

// Export writes the whole ledger as it is at one moment, with its blobs where
// blobs is set, and returns the checkpoint that ends it. After an error what
// was written is no export: it lacks its checkpoint.
func (l *Ledger) Export(ctx context.Context, to io.Writer, blobs bool) (Checkpoint, error) {
	c, err := l.export(ctx, to, blobs)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("exporting the ledger: %w", err)
	}
	return c, nil
}

func (l *Ledger) export(ctx context.Context, to io.Writer, blobs bool) (c Checkpoint, err error) {
	snap, err := l.store.Snapshot(ctx)
	if err != nil {
		return c, err
	}
	defer snap.Close()
	w := bufio.NewWriterSize(to, 1<<16)
	put := func(v any) error {
		raw, err := line(v)
		if err == nil {
			_, err = w.Write(raw)
		}
		return err
	}
	if err := put(exportHead{Blobs: blobs, Format: exportFormat, Ledger: l.ID()}); err != nil {
		return c, err
	}
	h, err := exportRows(ctx, w, snap, headOf(l.ID(), Head{}))
	if err != nil {
		return c, err
	}
	if blobs {
		err = exportBlobs(ctx, put, snap)
	}
	c, signErr := l.sign(h)
	if err := errors.Join(err, signErr); err != nil {
		return c, err
	}
	if err := put(exportEnd{Checkpoint: c.String()}); err != nil {
		return c, err
	}
	return c, w.Flush()
}

// exportRows writes the entries byte for byte as they are stored: a fault in
// them must reach whoever verifies the export.
func exportRows(ctx context.Context, w io.Writer, snap Snapshot, h Head) (Head, error) {
	for row, err := range snap.Rows(ctx, Selection{}) {
		if err != nil {
			return h, err
		}
		if _, err := fmt.Fprintf(w, "{\"digest\":\"%s\",\"entry\":%s}\n", row.Digest, row.Entry); err != nil {
			return h, err
		}
		h = Head{Seq: row.Seq, Digest: row.Digest}
	}
	return h, nil
}

func exportBlobs(ctx context.Context, put func(any) error, snap Snapshot) error {
	for b, err := range snap.Blobs(ctx) {
		if err != nil {
			return err
		}
		data, err := b.unpack()
		if err != nil {
			data = b.Data // which Verify finds in the export as it would in the store
		}
		if err := put(exportBlob{Blob: b.Digest, Data: b64.EncodeToString(data)}); err != nil {
			return err
		}
	}
	return nil
}

// line is one object of an export, as a canonical line.
func line(v any) ([]byte, error) {
	raw, err := canonical.Marshal(v)
	return append(raw, '\n'), err
}
