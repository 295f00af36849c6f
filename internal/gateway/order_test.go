package gateway

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// N2: a channel that another process has is waited for, and no other channel is.
func TestOrderOverProcesses(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "order", dir)
	p.says("have")
	o := newOrder(dir)
	defer o.close()
	unlock, err := o.lock(t.Context(), "Y")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	mine := make(chan func())
	go func() {
		unlock, err := o.lock(context.Background(), "X")
		if err != nil {
			t.Error(err)
		}
		mine <- unlock
	}()
	select {
	case <-mine:
		t.Fatal("two processes have one channel")
	case <-time.After(50 * time.Millisecond): // it could only be seen too late, never wrongly
	}
	p.next()
	p.says("free")
	(<-mine)()
}

// N2: who is killed while it has a channel frees it.
func TestOrderAfterKill(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "order", dir)
	p.says("have")
	p.kill()
	o := newOrder(dir)
	defer o.close()
	unlock, err := o.lock(t.Context(), "X")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// rounds is how often each of those that count adds one.
const rounds = 50

// count adds to a number in a file under the lock of X: a check and an act, as a put is.
func count(dir string) error {
	o := newOrder(dir)
	defer o.close()
	file := filepath.Join(dir, "number")
	for range rounds {
		unlock, err := o.lock(context.Background(), "X")
		if err != nil {
			return err
		}
		b, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			b, err = []byte("0"), nil
		}
		n, bad := strconv.Atoi(strings.TrimSpace(string(b)))
		if err = errors.Join(err, bad, os.WriteFile(file, []byte(strconv.Itoa(n+1)), 0o600)); err != nil {
			return err
		}
		unlock()
	}
	return nil
}

// N2: check and act are one step, over the runs of a process and over processes.
func TestOrderIsOneStep(t *testing.T) {
	dir := t.TempDir()
	a, b := start(t, "count", dir), start(t, "count", dir)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if err := count(dir); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, p := range []*process{a, b} {
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	got, err := os.ReadFile(filepath.Join(dir, "number"))
	if err != nil || string(got) != strconv.Itoa(4*rounds) {
		t.Errorf("counted to %s, want %d: %v", got, 4*rounds, err)
	}
}

// A wait for a channel that another run of this process has ends with the run.
func TestOrderGivesUp(t *testing.T) {
	o := newOrder(t.TempDir())
	defer o.close()
	unlock, err := o.lock(t.Context(), "X")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.lock(ctx, "X"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	unlock()
}

// N2: where puts cannot be put into an order, there is no lock.
func TestOrderNeedsItsFolder(t *testing.T) {
	o := newOrder(filepath.Join(t.TempDir(), "none"))
	if _, err := o.lock(t.Context(), "X"); err == nil {
		t.Fatal("locked without a file")
	}
	if _, err := o.lock(t.Context(), "X"); err == nil { // and the failure has freed the channel
		t.Fatal("locked without a file")
	}
}
