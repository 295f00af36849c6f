package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/hosttest"
)

// TestKills: P17, N9: the daemon, a zygote or a child is killed at a random
// moment, again and again. No acknowledged record is lost, nothing is left
// running, and the next run is fine.
func TestKills(t *testing.T) {
	kills := number(t, "INTERLOCK_KILLS", 20)
	if testing.Short() {
		kills = 6
	}
	s := newServer(t, "/usr/bin/python3") // which is warm at once
	s.start()
	s.good()
	s.warm()
	if len(s.interpreters()) == 0 {
		t.Fatal("no interpreters were found, so none would be missed")
	}
	var known acknowledged
	for i := range kills {
		stop := s.load(&known)
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond) // the random moment
		what := s.killOne(i)
		stop()
		if s.cmd == nil {
			if left := s.gone(); len(left) > 0 {
				t.Fatalf("kill %d, %s: processes are left: %v", i, what, left)
			}
			s.start()
		}
		s.good()
		s.warm()
	}
	s.kill()
	entries := s.ledger()
	for seq, digest := range known.all {
		if entries[seq] != digest {
			t.Errorf("entry %d was acknowledged as %s, and the ledger has %q", seq, digest, entries[seq])
		}
	}
	t.Logf("%d kills, %d acknowledged runs, %d entries", kills, len(known.all), len(entries))
	if len(known.all) == 0 {
		t.Error("nothing was acknowledged, so nothing was shown")
	}
	s.start()
	s.good()
	if left := s.deadGroups(); len(left) > 0 {
		t.Errorf("control groups of dead daemons are left: %v", left)
	}
}

// acknowledged are the places in the ledger that clients were told.
type acknowledged struct {
	mu  sync.Mutex
	all map[uint64]string
}

// load submits runs until the returned function is called.
func (s *server) load(known *acknowledged) (stop func()) {
	var group sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		group.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				o, err := s.submit(mix[i%len(mix)])
				if err != nil {
					time.Sleep(5 * time.Millisecond) // nobody is there
					continue
				}
				if r, err := o.Decode(); err == nil && r.Ledger != nil {
					known.mu.Lock()
					if known.all == nil {
						known.all = map[uint64]string{}
					}
					known.all[r.Ledger.Seq] = r.Ledger.Digest
					known.mu.Unlock()
				}
			}
		})
	}
	return func() { close(done); group.Wait() }
}

// killOne kills the daemon, a zygote or any of its children.
func (s *server) killOne(i int) string {
	if i%3 == 0 {
		s.kill()
		return "the daemon"
	}
	children := hosttest.Descendants(s.cmd.Process.Pid)
	if len(children) == 0 {
		return "nobody"
	}
	n := rand.IntN(len(children))
	if i%3 == 1 {
		n = 0 // the first is a zygote's init, or a run that started by itself
	}
	signal(children[n])
	return fmt.Sprintf("process %d of %d", n, len(children))
}

// gone waits for the interpreters of a daemon that was killed.
func (s *server) gone() (left []int) {
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if left = s.interpreters(); len(left) == 0 {
			return nil
		}
	}
	return left
}

// deadGroups are control groups of the daemons before this one. Other tests of this
// host leave some for a moment too.
func (s *server) deadGroups() (left []string) {
	for _, pid := range s.pids {
		if pid != s.cmd.Process.Pid {
			left = append(left, controlGroups(pid)...)
		}
	}
	return left
}

// ledger returns digest by number, of an export that verifies.
func (s *server) ledger() map[uint64]string {
	s.t.Helper()
	if out, err := s.command("ledger", "verify").CombinedOutput(); err != nil {
		s.t.Fatalf("the ledger does not verify: %v\n%s", err, out)
	}
	export := filepath.Join(s.t.TempDir(), "export")
	if out, err := s.command("ledger", "export", "--out", export).CombinedOutput(); err != nil {
		s.t.Fatalf("exporting: %v\n%s", err, out)
	}
	b, err := os.ReadFile(export)
	if err != nil {
		s.t.Fatal(err)
	}
	entries := map[uint64]string{}
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		var e struct {
			Digest string
			Entry  *struct{ Seq uint64 }
		}
		if json.Unmarshal(line, &e) == nil && e.Entry != nil {
			entries[e.Entry.Seq] = e.Digest
		}
	}
	return entries
}
