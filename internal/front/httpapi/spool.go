package httpapi

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// errShare says that a user has as much waiting as one may.
var errShare = errors.New("too much that was not read waits for you already")

// spool is bytes that wait on disk for their reader, first in, first out. Its file has
// no name, so that nothing of it is left when the process ends. It is made with its
// first byte, in dir, and is gone when all was read. It is not safe for concurrent use.
type spool struct {
	dir  string
	room func(n int64) bool // takes room for n more bytes, or gives -n back

	f       *os.File // nil before the first byte
	at, end int64    // what waits in f
}

// waits reports whether anything does.
func (s *spool) waits() bool { return s.at < s.end }

// add appends all of b, or nothing.
func (s *spool) add(b []byte) error {
	if err := s.open(); err != nil {
		return fmt.Errorf("keeping output for a slow reader: %w", err)
	}
	n := int64(len(b))
	if !s.room(n) {
		return errShare
	}
	if _, err := s.f.WriteAt(b, s.end); err != nil {
		s.room(-n)
		return fmt.Errorf("keeping output for a slow reader: %w", err)
	}
	s.end += n
	return nil
}

func (s *spool) open() (err error) {
	if s.f != nil {
		return nil
	}
	if s.f, err = os.CreateTemp(s.dir, ".stream-*"); err != nil {
		return err
	}
	return os.Remove(s.f.Name())
}

// next takes at most so many bytes, of those that wait.
func (s *spool) next(most int64) ([]byte, error) {
	b := make([]byte, min(most, s.end-s.at))
	if _, err := s.f.ReadAt(b, s.at); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading back output that was kept: %w", err)
	}
	if s.at += int64(len(b)); !s.waits() {
		s.close()
	}
	return b, nil
}

// close drops what waits. It may be called again, and the spool be used after it.
func (s *spool) close() {
	if s.f == nil {
		return
	}
	s.room(-s.end)
	_ = s.f.Close() // nobody wants what is in it
	s.f, s.at, s.end = nil, 0, 0
}
