package gatewaytest

import (
	"testing"
)

// Watcher is a client of some protocol in a rehearsal that may put to X. It returns from
// each when the answer, or the first update, has come.
type Watcher interface {
	Put(channel string)
	Get(channel string)
	Monitor(channel string)
	// End ends the monitor of the channel.
	End(channel string)
	// Depends stops the run and says whether its report depends on a held put.
	Depends() bool
}

// Depends holds a protocol to what depends_on_held_put means in all of them: something
// that is not what was put was read, or could be, after a put was held back (N3).
func Depends(t *testing.T, open func(t *testing.T) Watcher) {
	for name, c := range map[string]struct {
		do   func(w Watcher)
		want bool
	}{
		"all reads come first":            {func(w Watcher) { w.Get("X"); w.Get("Y"); w.Put("X") }, false},
		"then a get of itself":            {func(w Watcher) { w.Put("X"); w.Get("X") }, false},
		"then a get of another":           {func(w Watcher) { w.Put("X"); w.Get("Y") }, true},
		"then a monitor of itself":        {func(w Watcher) { w.Put("X"); w.Monitor("X") }, false},
		"then a monitor of another":       {func(w Watcher) { w.Put("X"); w.Monitor("Y") }, true},
		"while itself is monitored":       {func(w Watcher) { w.Monitor("X"); w.Put("X") }, false},
		"while another is monitored":      {func(w Watcher) { w.Monitor("Y"); w.Put("X") }, true},
		"after another was monitored":     {func(w Watcher) { w.Monitor("Y"); w.End("Y"); w.Put("X") }, false},
		"after itself was, then get":      {func(w Watcher) { w.Monitor("X"); w.End("X"); w.Put("X"); w.Get("X") }, false},
		"twice, while both are monitored": {func(w Watcher) { w.Monitor("X"); w.Monitor("Y"); w.End("Y"); w.Put("X"); w.Put("X") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			c.do(w)
			if got := w.Depends(); got != c.want {
				t.Errorf("depends on a held put: %v, want %v", got, c.want)
			}
		})
	}
}
