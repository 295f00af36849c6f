package ledger

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/interlock-run/interlock/internal/wire/canonical"
)

// exported is an export as a Source. It is read once, front to back.
type exported struct {
	r       *bufio.Reader
	head    exportHead
	number  int         // of the line read last, from 1
	pending *exportLine // the line that ended the entries
	own     *Checkpoint
	faults  []Fault
}

// exportLine is any line after the first; which fields are set says what it is.
type exportLine struct {
	Digest     *string         `json:"digest,omitempty"`
	Entry      json.RawMessage `json:"entry,omitempty"`
	Blob       *string         `json:"blob,omitempty"`
	Data       *string         `json:"data,omitempty"`
	Checkpoint *string         `json:"checkpoint,omitempty"`

	raw []byte
}

func (l *exportLine) isEntry() bool { return l.Digest != nil && l.Entry != nil }
func (l *exportLine) isBlob() bool  { return l.Blob != nil && l.Data != nil }

// OpenExport reads the first line of an export. The Source can be verified
// once, needs nothing but r, and is not safe for concurrent use.
func OpenExport(r io.Reader) (Source, error) {
	s := &exported{r: bufio.NewReaderSize(r, 1<<16), number: 1}
	first, err := s.r.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the export: %w", err)
	}
	first = bytes.TrimSuffix(first, []byte("\n"))
	if err := strict(first, &s.head); err != nil || s.head.Format != exportFormat {
		return nil, fmt.Errorf("this is no ledger export: want a first line with \"format\":%q, not %.60q", exportFormat, first)
	}
	if err := hexOf(s.head.Ledger, 16); err != nil {
		return nil, fmt.Errorf("reading the export: its ledger id: %w", err)
	}
	return s, nil
}

// strict reads raw into v, if raw is exactly what v is written as: the decoder
// alone would take a name in another case, and a null for a member that is not there.
func strict(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	same, err := canonical.Marshal(v)
	if err == nil && !bytes.Equal(same, raw) {
		err = errors.New("not as an export is written")
	}
	return err
}

func (s *exported) LedgerID() string { return s.head.Ledger }
func (s *exported) HasBlobs() bool   { return s.head.Blobs }

func (s *exported) fault(kind FaultKind, format string, args ...any) {
	s.faults = append(s.faults, Fault{Kind: kind, Detail: fmt.Sprintf("line %d: ", s.number) + fmt.Sprintf(format, args...)})
}

// next reads a line; nil is the end. A line that cannot be understood has only raw.
func (s *exported) next() (*exportLine, error) {
	raw, err := s.r.ReadBytes('\n')
	if errors.Is(err, io.EOF) && len(raw) == 0 {
		return nil, nil
	}
	s.number++
	if errors.Is(err, io.EOF) {
		s.fault(CutTail, "the export ends within a line")
	} else if err != nil {
		return nil, err
	}
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	l := &exportLine{}
	if err := strict(raw, l); err != nil {
		*l = exportLine{}
	}
	l.raw = raw
	return l, nil
}

// Rows yields entries until a line is a blob or a checkpoint. A line that is
// neither is yielded as it is: the walk reports it in its place.
func (s *exported) Rows(context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			l, err := s.next()
			if err != nil {
				yield(Row{}, err)
				return
			}
			if l == nil || l.isBlob() || l.Checkpoint != nil {
				s.pending = l
				return
			}
			row := Row{Entry: l.raw}
			if l.isEntry() {
				row = Row{Digest: *l.Digest, Entry: l.Entry}
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Blobs yields blobs until the checkpoint, and reads on to the end of the file.
func (s *exported) Blobs(context.Context) iter.Seq2[Blob, error] {
	return func(yield func(Blob, error) bool) {
		last := ""
		for l, err := s.pending, error(nil); l != nil || err != nil; l, err = s.next() {
			if err != nil {
				yield(Blob{}, err)
				return
			}
			if b, ok := s.blob(l, last); ok {
				last = b.Digest
				if !yield(b, nil) {
					return
				}
			}
		}
	}
}

// blob judges the form of a line after the entries; ok says that it is a blob.
func (s *exported) blob(l *exportLine, last string) (b Blob, ok bool) {
	switch {
	case s.own != nil:
		s.fault(Inserted, "more follows the checkpoint")
	case l.Checkpoint != nil:
		s.end(*l.Checkpoint)
	case !l.isBlob():
		s.fault(Changed, "neither a blob nor the checkpoint: %.60q", l.raw)
	case !s.head.Blobs:
		s.fault(Inserted, "a blob in an export without blobs")
	default:
		if *l.Blob <= last {
			s.fault(Reordered, "blob %.80s comes after %s", *l.Blob, last)
		}
		data, err := b64.DecodeString(*l.Data)
		if err != nil {
			s.fault(BadBlob, "blob %.80s: %v", *l.Blob, err)
		}
		return Blob{Digest: *l.Blob, Size: int64(len(data)), Packing: plain, Data: data}, true
	}
	return b, false
}

func (s *exported) end(text string) {
	c, err := ParseCheckpoint(text)
	if err == nil && c.String() != text {
		err = errors.New("it is not written as a checkpoint is")
	}
	if err != nil {
		s.fault(BadSignature, "the checkpoint: %v", err)
	}
	s.own = &c
}

// End implements Source.
func (s *exported) End() (*Checkpoint, []Fault) {
	if s.own == nil {
		s.fault(CutTail, "the export ends without a checkpoint")
	}
	return s.own, s.faults
}
