package ledger

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	interlock "github.com/interlock-run/interlock"
)

// claims tells a run that goes on from one whose supervisor died. A process
// holds an exclusive lock on running/run-<id> from before the run's start is
// recorded until after its end is. The kernel drops the lock with the process,
// however it ends, so a pid that was reused or a reboot cannot be mistaken for
// a live run. The lock is advisory and local: claims of a directory on a
// network file system are only seen where that carries locks.
type claims struct {
	dir string

	mu   sync.Mutex // guards held
	held map[string]*os.File
}

func newClaims(dir string) *claims { return &claims{dir: dir, held: map[string]*os.File{}} }

// path is where run is claimed; escaping keeps any id one file name.
func (c *claims) path(run string) string {
	return filepath.Join(c.dir, "run-"+url.PathEscape(run))
}

// take claims run for this process. A run that is claimed already is an error:
// it would run twice.
func (c *claims) take(run string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[run] != nil {
		return fmt.Errorf("claiming run %s: it is running in this process already", run)
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("claiming run %s: %w", run, err)
	}
	f, err := lockFile(c.path(run))
	if errors.Is(err, errLocked) {
		return fmt.Errorf("claiming run %s: another process is running it", run)
	}
	if err != nil {
		return fmt.Errorf("claiming run %s: %w", run, err)
	}
	c.held[run] = f
	return nil
}

// release gives runs back. Runs that are not held here are left alone.
func (c *claims) release(runs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, run := range runs {
		if f := c.held[run]; f != nil {
			os.Remove(c.path(run)) // before the lock goes: nobody may find it free and then gone
			f.Close()
			delete(c.held, run)
		}
	}
}

// live reports whether some process, this one included, holds run. It sweeps
// the file of a dead one away.
func (c *claims) live(run string) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[run] != nil {
		return true, nil
	}
	if _, err := os.Lstat(c.path(run)); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	f, err := lockFile(c.path(run))
	if errors.Is(err, errLocked) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking whether run %s goes on: %w", run, err)
	}
	os.Remove(c.path(run))
	return false, f.Close()
}

// close drops the locks and leaves the files: these runs have no recorded end,
// so they are interrupted.
func (c *claims) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for run, f := range c.held {
		errs = append(errs, f.Close())
		delete(c.held, run)
	}
	return errors.Join(errs...)
}

// claimStarted claims the runs that records start, all or none.
func (l *Ledger) claimStarted(records []interlock.Record) (claimed []string, err error) {
	for _, r := range records {
		if r.Kind != interlock.RecordStart {
			continue
		}
		if err := l.claims.take(r.Run); err != nil {
			l.claims.release(claimed...)
			return nil, err
		}
		claimed = append(claimed, r.Run)
	}
	return claimed, nil
}

func ended(records []interlock.Record) (runs []string) {
	for _, r := range records {
		if r.Kind == interlock.RecordEnd {
			runs = append(runs, r.Run)
		}
	}
	return runs
}
