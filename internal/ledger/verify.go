package ledger

import (
	"context"
	"fmt"
	"iter"
)

// Source is what Verify reads: a live store or an export. Rows is read to its
// end before Blobs, and that before End.
type Source interface {
	LedgerID() string
	Rows(ctx context.Context) iter.Seq2[Row, error]
	// Blobs yields the blobs that are here; HasBlobs says whether all should be.
	Blobs(ctx context.Context) iter.Seq2[Blob, error]
	HasBlobs() bool
	// End returns the checkpoint that ends an export, or nil, and what was wrong
	// with the form of the source.
	End() (*Checkpoint, []Fault)
}

// VerifyOptions are what a person brings from elsewhere.
type VerifyOptions struct {
	// Against is a checkpoint that was kept elsewhere.
	Against *Checkpoint
	// Key is the Fingerprint that every checkpoint must be signed by; "" takes
	// any key, and then a signature only shows that a checkpoint is whole.
	Key string
}

// Verify reads all of src and reports every fault it finds. An error means that
// ctx ended, never that the ledger is wrong.
func Verify(ctx context.Context, src Source, o VerifyOptions) (Report, error) {
	w := newWalk(src.LedgerID(), o.Against)
	for row, err := range src.Rows(ctx) {
		if err != nil {
			w.report.fault(w.head.Seq, Unreadable, "reading after this entry: %v", err)
			break
		}
		w.step(row)
	}
	w.closeGaps()
	for b, err := range src.Blobs(ctx) {
		if err != nil {
			w.report.fault(0, Unreadable, "reading blobs: %v", err)
			break
		}
		w.blob(b)
	}
	w.closeBlobs(src.HasBlobs())
	own, faults := src.End()
	w.report.Faults = append(w.report.Faults, faults...)
	if own != nil {
		w.own(*own, o.Key)
	}
	if o.Against != nil {
		w.against(*o.Against, o.Key)
	}
	if err := ctx.Err(); err != nil {
		return w.report, fmt.Errorf("verifying the ledger: %w", err)
	}
	w.report.Last, w.report.Digest, w.report.complete = w.head.Seq, w.head.Digest, true
	return w.report, nil
}

// trusted judges a checkpoint by itself.
func (w *walk) trusted(c Checkpoint, name, key string) bool {
	print := Fingerprint(c.PublicKey)
	switch {
	case !c.Genuine():
		w.report.fault(c.Seq, BadSignature, "%s is not signed by the key it names: it was changed, or copied wrongly", name)
	case key != "" && key != print:
		w.report.fault(c.Seq, BadSignature, "%s is signed by %s, not by %s", name, print, key)
	case c.LedgerID != w.report.Ledger:
		w.report.fault(c.Seq, OtherLedger, "%s is of ledger %s, this is %s", name, c.LedgerID, w.report.Ledger)
	default:
		return true
	}
	return false
}

// own judges the checkpoint that ends an export, which must name its last entry.
func (w *walk) own(c Checkpoint, key string) {
	const name = "the checkpoint at the end of the export"
	switch {
	case !w.trusted(c, name, key):
	case c.Seq > w.head.Seq:
		w.report.fault(c.Seq, CutTail, "%s saw this entry, but the export ends at %d", name, w.head.Seq)
	case c.Seq < w.head.Seq:
		w.report.fault(w.head.Seq, Inserted, "%s ends at entry %d, but the export goes on to this one", name, c.Seq)
	case c.Digest != w.head.Digest:
		w.report.fault(c.Seq, Rewritten, "%s saw digest %s here, it is %s", name, c.Digest, w.head.Digest)
	default:
		w.passed(name, c)
	}
}

// against judges a checkpoint kept elsewhere, which may be older than the head.
func (w *walk) against(c Checkpoint, key string) {
	const name = "the checkpoint to verify against"
	switch found, ok := w.wanted[c.Seq]; {
	case !w.trusted(c, name, key):
	case c.Seq > w.head.Seq:
		w.report.fault(c.Seq, CutTail, "%s of %s saw this entry, but the ledger ends at %d",
			name, c.Time.Format("2006-01-02 15:04:05Z"), w.head.Seq)
	case !ok || found == "":
		w.report.fault(c.Seq, Missing, "%s saw this entry, it is not here", name)
	case found != c.Digest:
		w.report.fault(c.Seq, Rewritten, "%s saw digest %s here, it is %s: this entry or one before it was rewritten", name, c.Digest, found)
	default:
		w.passed(name, c)
	}
}

func (w *walk) passed(name string, c Checkpoint) {
	w.report.CheckpointsOK = append(w.report.CheckpointsOK,
		fmt.Sprintf("%s, entry %d, key %s", name, c.Seq, Fingerprint(c.PublicKey)))
}
