package ledger

import (
	"maps"
	"slices"
)

// blob judges one stored blob.
func (w *walk) blob(b Blob) {
	w.report.BlobsChecked++
	r, named := w.refs[b.Digest]
	data, err := b.unpack()
	switch purge := w.purges[b.Digest]; {
	case err != nil:
		w.report.fault(r.seq, BadBlob, "%v", err)
	case !named:
		w.report.fault(0, Inserted, "blob %s is named by no entry", b.Digest)
	case int64(len(data)) != r.size:
		w.report.fault(r.seq, BadBlob, "blob %s has %d bytes, the entry names %d", b.Digest, len(data), r.size)
	case purge > r.seq:
		w.report.fault(purge, Inserted, "blob %s is here, although this entry purged it", b.Digest)
	}
	if named {
		r.here = true
		w.refs[b.Digest] = r
	}
}

// closeBlobs judges the blobs that are not here. all says that all should be.
func (w *walk) closeBlobs(all bool) {
	for _, digest := range slices.Sorted(maps.Keys(w.refs)) {
		r := w.refs[digest]
		switch purge := w.purges[digest]; {
		case r.here:
		case purge > r.seq:
			w.report.BlobsPurged = append(w.report.BlobsPurged, PurgedBlob{SHA256: digest, By: purge})
		case !all:
			w.report.BlobsNotHere++
		default:
			w.report.fault(r.seq, MissingBlob, "blob %s is gone, and no later entry purged it", digest)
		}
	}
}
