package search

import "sync"

// Used remembers which channels a run got from a server, so that its result says what
// was odd about them. It is safe for concurrent use.
type Used struct {
	most  int
	mu    sync.Mutex
	names map[string]struct{}
}

// NewUsed remembers at most so many names.
func NewUsed(most int) *Used { return &Used{most: most, names: map[string]struct{}{}} }

// Add remembers a name.
func (u *Used) Add(name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.names) < u.most {
		u.names[name] = struct{}{}
	}
}

// Any reports whether a name is remembered.
func (u *Used) Any() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.names) > 0
}

// Tell notes what the answers have about the names, and forgets them.
func (u *Used) Tell(a *Answers, note func(string)) {
	u.mu.Lock()
	names := u.names
	u.names = map[string]struct{}{}
	u.mu.Unlock()
	for name := range names {
		if text := a.About(name); text != "" {
			note(text)
		}
	}
}
