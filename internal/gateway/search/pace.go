package search

import (
	"sync"
	"time"
)

// NamesPerSecond is how many names may go out by broadcast in a second, of all runs
// together: every server of the network looks each of them up.
const NamesPerSecond = 4_000

// Pace bounds what goes out by broadcast, whatever the code in a run looks for. The zero
// value is ready and has a second's worth to spend. It is safe for concurrent use.
type Pace struct {
	mu    sync.Mutex
	spent float64 // names, of which NamesPerSecond are forgiven in a second
	at    time.Time
}

// Take reports whether one more name may go out at now.
func (p *Pace) Take(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if since := now.Sub(p.at); !p.at.IsZero() && since > 0 {
		p.spent = max(0, p.spent-since.Seconds()*NamesPerSecond)
	}
	p.at = now
	if p.spent+1 > NamesPerSecond {
		return false
	}
	p.spent++
	return true
}

// Pause is how long to wait when nothing more may go out.
const Pause = 20 * time.Millisecond
