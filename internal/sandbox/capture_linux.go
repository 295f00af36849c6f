package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// captured is a run's output: passed on as it comes and kept, each stream at most
// its limit, and both together at most theirs. What is dropped of a long line
// counts, so that a line without end is an end of the run.
type captured struct {
	left           atomic.Int64
	over           func(limit string) // called once a limit is passed
	ended          <-chan struct{}    // closed when the interpreter has ended
	group          sync.WaitGroup
	line           int64
	stdout, stderr stream
}

// stream is one of the two. It belongs to its pump until the end.
type stream struct {
	name string
	left int64
	kept []byte
	at   int64 // bytes of the present line
	cut  int   // lines that were longer than the limit
}

func (c *child) capture(out interlock.Streams, w *watch) *captured {
	r := c.grant.Resources
	k := &captured{over: w.stop, ended: c.proc.Ended(), line: r.Line, stdout: stream{name: "stdout", left: r.Stdout}, stderr: stream{name: "stderr", left: r.Stderr}}
	k.left.Store(r.Output)
	k.group.Add(2)
	go k.pump(c.stdout, out.Stdout, &k.stdout)
	go k.pump(c.stderr, out.Stderr, &k.stderr)
	return k
}

// pump copies until the end of from. A person's terminal that cannot be written
// to does not stop the run: its output is kept all the same.
func (k *captured) pump(from *os.File, to io.Writer, s *stream) {
	defer k.group.Done()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		room, limit := k.take(s, n)
		if b := s.lines(buf[:room], k.line); len(b) > 0 {
			s.kept = append(s.kept, b...)
			if to != nil {
				_, _ = to.Write(b)
			}
		}
		if limit != "" {
			k.over(limit)
			<-k.ended // whoever waits for room in the pipe meets the signal there, not the end of its work
		}
		if err != nil || limit != "" {
			break
		}
	}
	_, _ = io.Copy(io.Discard, from)
}

// take counts n bytes and returns how many of them are within the limits, and
// the limit that the others are over.
func (k *captured) take(s *stream, n int) (room int, limit string) {
	s.left -= int64(n)
	total := k.left.Add(int64(-n))
	switch {
	case total < 0 && total <= s.left:
		return max(0, n+int(total)), "output"
	case s.left < 0:
		return max(0, n+int(s.left)), s.name
	}
	return n, ""
}

// lines returns b with what is over the limit of a line replaced by a mark. A
// carriage return ends a line too: progress bars are drawn with it.
func (s *stream) lines(b []byte, limit int64) []byte {
	if s.at+int64(len(b)) <= limit {
		if end := max(bytes.LastIndexByte(b, '\n'), bytes.LastIndexByte(b, '\r')); end >= 0 {
			s.at = int64(len(b) - end - 1)
			return b
		}
		s.at += int64(len(b))
		return b
	}
	var out []byte
	for len(b) > 0 {
		end := bytes.IndexAny(b, "\r\n")
		text := b
		if end >= 0 {
			text = b[:end]
		}
		out = s.within(out, text, limit)
		if end < 0 {
			break
		}
		out = append(out, b[end])
		s.at, b = 0, b[end+1:]
	}
	return out
}

// within appends the part of text, which has no end of line in it, that the
// present line has room for.
func (s *stream) within(out, text []byte, limit int64) []byte {
	room := max(0, limit-s.at)
	if int64(len(text)) <= room {
		s.at += int64(len(text))
		return append(out, text...)
	}
	out = append(out, text[:room]...)
	if s.at <= limit {
		s.cut++
		out = fmt.Appendf(out, "[line cut at %s by interlock]", confine.Size(limit))
	}
	s.at = limit + 1 // the mark stands
	return out
}

// wait returns both streams, and in words what was cut.
func (k *captured) wait() (stdout, stderr []byte, notes []string) {
	k.group.Wait()
	for _, s := range []*stream{&k.stdout, &k.stderr} {
		if s.cut > 0 {
			notes = append(notes, fmt.Sprintf("%d of the lines of %s went over the line limit %s and were cut there (held by supervisor); save long data to a file, or ask the operator to raise resources.line",
				s.cut, s.name, confine.Size(k.line)))
		}
	}
	return k.stdout.kept, k.stderr.kept, notes
}
