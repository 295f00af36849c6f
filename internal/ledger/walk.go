package ledger

// walk is the state of one verification. It judges each entry by what the
// ones before it state, not by what they should have been, so that one fault
// does not make every later entry one.
type walk struct {
	report Report
	head   Head              // the highest entry so far, with the digest it states
	gaps   []gap             // numbers passed over so far
	wanted map[uint64]string // digests at the entries that a checkpoint names
	refs   map[string]ref    // blobs that entries name
	purges map[string]uint64 // the last purge of each purged blob
}

// gap is the numbers from first to last.
type gap struct{ first, last uint64 }

// ref is the last entry that names a blob, and the size it names.
type ref struct {
	seq  uint64
	size int64
	here bool
}

func newWalk(id string, against *Checkpoint) *walk {
	w := &walk{head: headOf(id, Head{}), wanted: map[uint64]string{}, refs: map[string]ref{}, purges: map[string]uint64{}}
	w.report.Ledger, w.report.Faults = id, []Fault{}
	if against != nil {
		w.wanted[against.Seq] = ""
		if against.Seq == 0 {
			w.wanted[0] = w.head.Digest
		}
	}
	return w
}

// step judges one row in the order of the source.
func (w *walk) step(row Row) {
	w.report.Entries++
	e, err := decode(row.Entry)
	whole := err == nil && e.Digest == row.Digest
	seq := w.place(row, e, whole)
	switch {
	case err != nil:
		w.report.fault(seq, Changed, "it is no entry: %v", err)
	case !whole:
		w.report.fault(seq, Changed, "its bytes have the digest %s, it was recorded as %.80s", e.Digest, row.Digest)
	case row.Seq != 0 && row.Seq != e.Seq:
		w.report.fault(seq, Reordered, "it is stored in the place of entry %d", row.Seq)
	case row.Seq != 0 && !row.indexes(&e):
		w.report.fault(seq, Changed, "the columns that it is found by differ from it")
	}
	w.order(seq, row.Digest, e.Prev, whole)
	if want, ok := w.wanted[seq]; ok && want == "" {
		w.wanted[seq] = row.Digest
	}
	if err == nil {
		w.note(e, seq)
	}
}

// place is the number by which a row is ordered: its own where it is whole,
// else that of where it stands.
func (w *walk) place(row Row, e Entry, whole bool) uint64 {
	switch {
	case whole:
		return e.Seq
	case row.Seq != 0:
		return row.Seq
	}
	return w.head.Seq + 1
}

// indexes reports whether the columns of r are those of e.
func (r Row) indexes(e *Entry) bool {
	want := e.row(nil)
	return r.At == want.At && r.Kind == want.Kind && r.Run == want.Run && r.Flow == want.Flow && r.Who == want.Who && r.Name == want.Name
}

// order judges number and link.
func (w *walk) order(seq uint64, digest, prev string, whole bool) {
	next := w.head.Seq + 1
	switch {
	case seq > next:
		w.gaps = append(w.gaps, gap{next, seq - 1}) // its link cannot be judged
	case seq < next:
		if w.fill(seq) {
			w.report.fault(seq, Reordered, "it comes after entry %d", w.head.Seq)
		} else {
			w.report.fault(seq, Inserted, "this number was used before")
		}
		return
	case whole && prev != w.head.Digest:
		w.report.fault(seq, BadLink, "it follows an entry with digest %.80s, but the one before it has %.80s", prev, w.head.Digest)
	}
	w.head = Head{Seq: seq, Digest: digest}
}

// fill takes seq out of the gaps; false means that it was in none.
func (w *walk) fill(seq uint64) bool {
	for i, g := range w.gaps {
		if g.first <= seq && seq <= g.last {
			rest := nonEmpty(gap{g.first, seq - 1}, gap{seq + 1, g.last})
			w.gaps = append(w.gaps[:i:i], append(rest, w.gaps[i+1:]...)...)
			return true
		}
	}
	return false
}

// nonEmpty drops empty gaps.
func nonEmpty(gaps ...gap) (kept []gap) {
	for _, g := range gaps {
		if g.first <= g.last {
			kept = append(kept, g)
		}
	}
	return kept
}

func (w *walk) closeGaps() {
	for _, g := range w.gaps {
		if g.first == g.last {
			w.report.fault(g.first, Missing, "it is not here")
		} else {
			w.report.fault(g.first, Missing, "entries %d to %d are not here", g.first, g.last)
		}
	}
}

// note collects what e says about blobs.
func (w *walk) note(e Entry, seq uint64) {
	for _, b := range e.Blobs {
		r := w.refs[b.SHA256]
		w.refs[b.SHA256] = ref{seq: max(seq, r.seq), size: b.Size}
	}
	digests, err := purgedBy(e)
	if err != nil {
		w.report.fault(seq, Changed, "%v", err)
	}
	for _, d := range digests {
		w.purges[d] = seq
	}
}
