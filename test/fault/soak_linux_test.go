package fault

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

// mix is what the soak runs: mostly good, some of it not.
var mix = []string{
	"import numpy\nprint(numpy.arange(10).sum())\n",
	"print('hello')\n",
	"open('data.csv', 'w').write('1,2')\nresults = {'a': 1}\n",
	"raise ValueError('no')\n",
	"import os\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(600)\n", // left behind
	"import sys\nsys.stdout.write('x' * 100000)\n",
	"open('/etc/shadow')\n",
	"import os\nos.kill(os.getpid(), 9)\n",
	"import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n",
	"import socket\n",
}

// TestSoak: P17, a daemon that has run much uses no more than one that has run little.
func TestSoak(t *testing.T) {
	n, before := number(t, "INTERLOCK_SOAK", 300), 100
	if testing.Short() {
		n = 120
	}
	s := newServer(t, require.Env(t))
	s.start()
	s.good()
	s.warm()
	s.many(t, 0, before)
	first := s.settled()
	began := time.Now()
	s.many(t, before, n)
	last := s.settled()
	if p := s.pool(); p.Cold > 20 || p.Warm < int64(n/2) {
		t.Errorf("the runs were not copies of a warm interpreter: %+v", p)
	}
	t.Logf("%d runs, %.1f a second; before %+v, after %+v", n-before, float64(n-before)/time.Since(began).Seconds(), first, last)
	// The heap breathes; what leaks a page a run is far above this in a long soak.
	if last.rss > first.rss*3/2+32<<10 {
		t.Errorf("memory grew from %d to %d KiB", first.rss, last.rss)
	}
	if last.fds > first.fds+12 || last.processes > first.processes+8 || last.groups > first.groups+24 || last.mounts > first.mounts {
		t.Errorf("before %+v, after %+v", first, last)
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the daemon ended with %v", err)
	}
	pid := s.cmd.Process.Pid
	s.cmd = nil
	if left := controlGroups(pid); len(left) > 0 {
		t.Errorf("control groups are left: %v", left)
	}
	if out, err := s.command("ledger", "verify").CombinedOutput(); err != nil {
		t.Errorf("the ledger does not verify: %v\n%s", err, out)
	}
	s.start() // the next one is fine
	s.good()
}

// many submits runs from to, some at a time.
func (s *server) many(t *testing.T, from, to int) {
	var group sync.WaitGroup
	turns := make(chan int)
	for range 4 {
		group.Go(func() {
			for i := range turns {
				if _, err := s.submit(mix[i%len(mix)]); err != nil {
					t.Errorf("run %d: %v", i, err)
				}
			}
		})
	}
	for i := from; i < to; i++ {
		turns <- i
	}
	close(turns)
	group.Wait()
}

// settled is the usage once the pool has filled up and ended runs are gone.
func (s *server) settled() usage {
	last := s.usage()
	for range 20 {
		time.Sleep(100 * time.Millisecond)
		now := s.usage()
		now.rss, last.rss = 0, 0
		if now == last {
			break
		}
		last = now
	}
	return s.usage()
}
