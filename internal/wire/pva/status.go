package pva

// StatusKind is how something ended.
type StatusKind uint8

// The kinds of a status. What a peer may send besides is an error.
const (
	StatusOK StatusKind = iota
	StatusWarning
	StatusError
	StatusFatal
)

const statusPlain = 0xFF

// Status is how something ended, in a peer's words.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Encoding.html#status
type Status struct {
	Kind StatusKind
	Text string
}

// Error is the error status with text.
func Error(text string) Status { return Status{Kind: StatusError, Text: text} }

// Good reports whether what was asked for was done.
func (s Status) Good() bool { return s.Kind == StatusOK || s.Kind == StatusWarning }

// Status reads a status. The call tree that it may have is dropped.
func (d *Decoder) Status() Status {
	kind := d.U8()
	if kind == statusPlain || d.err != nil {
		return Status{}
	}
	s := Status{Kind: StatusKind(kind), Text: d.Text()}
	_ = d.Text()
	if s.Kind > StatusFatal {
		d.Fail(ErrValue)
	}
	return s
}

// Status appends a status.
func (e *Encoder) Status(s Status) {
	if s == (Status{}) {
		e.U8(statusPlain)
		return
	}
	e.U8(byte(s.Kind))
	e.Text(s.Text)
	e.Text("")
}
