package gateway

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
)

// whyPort is a door of the gateway's own: who sends the name of a channel and a
// newline is told in one line why a put to it was, or would be, refused; who sends
// "read" and a space before the name, why it may not be read. Client
// libraries lose the reason on the way (a Channel Access status is a number), and the
// runner inside asks here so that the code sees it. It tells a run nothing that trying
// would not tell it, of no other run, and who asks has not tried: nothing is recorded.
const whyPort = 5062

// whyVariable is where the runner finds the door.
const whyVariable = "INTERLOCK_GATEWAY"

// whyTime bounds one question.
const whyTime = time.Second

// whyPause is between two tries to open the door, where descriptors are short.
const whyPause = 10 * time.Millisecond

// why answers questions one after the other until its listener closes. Code that
// floods it, or says nothing, keeps its own questions waiting and nothing else.
func (r *Run) why(l net.Listener, group *sync.WaitGroup) {
	defer group.Done()
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(whyPause) // there is no event for a descriptor that is free again
			continue
		}
		_ = c.SetDeadline(time.Now().Add(whyTime))
		line, err := bufio.NewReader(io.LimitReader(c, 1024)).ReadString('\n')
		if err == nil {
			_, _ = io.WriteString(c, r.reason(strings.TrimSpace(line))+"\n") // who asked may be gone
		}
		_ = c.Close()
	}
}

// reason is why a put to the channel was refused last, or else would be now; "" is
// that nothing speaks against one.
func (r *Run) reason(name string) string {
	if name, read := strings.CutPrefix(name, "read "); read {
		if n := r.MayRead(name); n != nil {
			return n.Message
		}
		return ""
	}
	canonical, _, breach := r.grant.Channels.Granted(name)
	r.mu.Lock()
	last := r.report.last[canonical]
	r.mu.Unlock()
	switch {
	case !r.puts():
		return r.readOnly(canonical).Message
	case breach != nil:
		return breach.Message
	case !r.grant.Rehearse && r.g.writes.Off():
		return "put to " + canonical + " is refused: writes are off: " + r.g.writes.why()
	case last != "":
		return last
	}
	return ""
}

// explain says what [Run.reason] answers of the channel from now on.
func (r *Run) explain(channel, message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.explain(channel, message)
}

// whyDoor is the door, where any system has one.
func whyDoor() interlock.Door { return interlock.Door{Network: "tcp", Port: whyPort} }
