//go:build unix

package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/sqlite"
)

// childDir, in the environment, makes the test binary an appender on that
// ledger until it is killed, instead of running tests.
const childDir = "INTERLOCK_LEDGER_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, appendForEver(dir))
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// appendForEver appends from several goroutines and prints "seq digest" for
// each receipt, one write a line.
func appendForEver(dir string) error {
	store, err := sqlite.Open(context.Background(), dir)
	if err != nil {
		return err
	}
	l, err := ledger.New(store, ledger.Options{Dir: dir, Now: time.Now})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for g := range 3 {
		go func() {
			for i := 0; ; i++ {
				run := fmt.Sprintf("run-%d-%d-%d", os.Getpid(), g, i)
				for _, records := range [][]interlock.Record{begun(run), {finished(run)}} {
					r, err := l.Append(context.Background(), records...)
					if err != nil {
						failed <- err
						return
					}
					fmt.Printf("%d %s\n", r.Seq, r.Digest)
				}
			}
		}()
	}
	return <-failed
}

// TestKill: N9, P10. Appenders, one or two at once, are killed with SIGKILL at
// random moments. Every record that was acknowledged is there, the chain
// verifies, and runs without an end are interrupted. INTERLOCK_KILLS sets how
// often; 30 by default.
func TestKill(t *testing.T) {
	kills := 30
	if n, err := strconv.Atoi(os.Getenv("INTERLOCK_KILLS")); err == nil {
		kills = n
	}
	if testing.Short() {
		kills = 5
	}
	dir := stateDir(t)
	acknowledged := map[uint64]string{}
	// On a slow machine an appender may be killed before it has done much: go on
	// until some have recorded ends as well as starts.
	for round := 0; round < kills || len(acknowledged) < 40 && round < 20*kills; {
		var wg sync.WaitGroup
		var mu sync.Mutex
		for range 1 + round%3/2 {
			round++
			wg.Go(func() {
				seen := killed(t, dir, time.Duration(rand.IntN(150))*time.Millisecond)
				mu.Lock()
				defer mu.Unlock()
				for seq, digest := range seen {
					if old := acknowledged[seq]; old != "" {
						t.Errorf("entry %d was acknowledged twice: %s and %s", seq, old, digest)
					}
					acknowledged[seq] = digest
				}
			})
		}
		wg.Wait()
		holdsAll(t, dir, acknowledged)
		if t.Failed() {
			return
		}
	}
	if len(acknowledged) == 0 {
		t.Fatal("no appender lived long enough to append: the test proves nothing")
	}
	l := open(t, dir, nil)
	runs, err := l.Runs(t.Context(), 0)
	words := map[interlock.Status]int{}
	for _, r := range runs {
		words[r.Status]++
	}
	if err != nil || words[ledger.Running] != 0 || words[ledger.Interrupted] == 0 || words[interlock.Succeeded] == 0 {
		t.Errorf("runs: %v, %v", words, err)
	}
	t.Logf("%d kills, %d receipts, %v", kills, len(acknowledged), words)
}

// killed starts an appender, kills it after d, and returns what it printed.
func killed(t *testing.T, dir string, d time.Duration) map[uint64]string {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Error(err)
		return nil
	}
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return nil
	}
	timer := time.AfterFunc(d, func() { cmd.Process.Kill() })
	defer timer.Stop()
	seen := map[uint64]string{}
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line without its end was not said
		}
		text, digest, _ := strings.Cut(strings.TrimSpace(line), " ")
		seq, err := strconv.ParseUint(text, 10, 64)
		if err != nil || len(digest) != 64 {
			t.Errorf("the appender said %q", line)
		}
		seen[seq] = digest
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != -1 {
		t.Errorf("the appender ended by itself with %d", code)
	}
	return seen
}

func holdsAll(t *testing.T, dir string, acknowledged map[uint64]string) {
	t.Helper()
	l := open(t, dir, nil)
	defer l.Close()
	verified(t, l, nil)
	all, err := l.Query(t.Context(), ledger.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for seq, digest := range acknowledged {
		if seq > uint64(len(all)) || all[seq-1].Digest != digest {
			t.Fatalf("entry %d, acknowledged with %s, is lost: the ledger has %d entries", seq, digest, len(all))
		}
	}
}
