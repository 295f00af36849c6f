package sandbox

import (
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/interlock-run/interlock"
)

// captured is a run's output: passed on as it comes and kept, both streams
// together at most the limit.
type captured struct {
	left           atomic.Int64
	over           func() // called once the limit is passed
	group          sync.WaitGroup
	stdout, stderr []byte
}

func (c *child) capture(out interlock.Streams, w *watch) *captured {
	k := &captured{over: func() { w.stop("output") }}
	k.left.Store(c.grant.Resources.Output)
	k.group.Add(2)
	go k.pump(c.stdout, out.Stdout, &k.stdout)
	go k.pump(c.stderr, out.Stderr, &k.stderr)
	return k
}

// pump copies until the end of from. A person's terminal that cannot be written
// to does not stop the run: its output is kept all the same.
func (k *captured) pump(from *os.File, to io.Writer, keep *[]byte) {
	defer k.group.Done()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		left := k.left.Add(int64(-n))
		if left < 0 {
			n = max(0, n+int(left))
			k.over()
		}
		if n > 0 {
			*keep = append(*keep, buf[:n]...)
			if to != nil {
				_, _ = to.Write(buf[:n])
			}
		}
		if err != nil || left < 0 {
			break
		}
	}
	_, _ = io.Copy(io.Discard, from)
}

func (k *captured) wait() (stdout, stderr []byte) {
	k.group.Wait()
	return k.stdout, k.stderr
}
