package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
)

// Writes is the kill switch of a state directory (N6). Every put of every process
// that uses the directory asks it: writes are off while the file writes.off is there,
// and whatever hinders a look counts as off.
//
// A put holds a shared lock from its look until the server has it. Off makes the
// file first, so that no put begins any more, and then waits until it has held the
// lock alone: when Off returns, no put is under way.
type Writes struct {
	dir string

	mu     sync.Mutex
	shared *os.File // holds the lock for all puts of this process
	puts   int      // that hold it
}

// Switched is how the kill switch stands and who turned it.
type Switched struct {
	Off    bool               `json:"off"`
	Reason string             `json:"reason"`
	Who    interlock.Identity `json:"who"`
	At     time.Time          `json:"at"`
}

// NewWrites is the switch of a state directory. The caller closes it.
func NewWrites(dir string) *Writes { return &Writes{dir: dir} }

func (w *Writes) file() string { return filepath.Join(w.dir, "writes.off") }

// Off reports whether writes are off.
func (w *Writes) Off() bool {
	_, err := os.Lstat(w.file())
	return !errors.Is(err, fs.ErrNotExist)
}

// Status says how the switch stands. A file that says nothing is off.
func (w *Writes) Status() (s Switched, err error) {
	if !w.Off() {
		return s, nil
	}
	b, err := os.ReadFile(w.file())
	switch {
	case err == nil && len(b) == 0:
		err = errors.New("nothing is written there")
	case err == nil:
		err = json.Unmarshal(b, &s)
	}
	if s.Off = true; err != nil {
		return s, fmt.Errorf("reading who turned writes off: %w", err)
	}
	return s, nil
}

// TurnOff turns writes off and returns when no put is under way any more. With an
// error [Writes.Off] says whether they are off: everything is tried, whatever fails
// before it, since a full disk must not keep writes on.
func (w *Writes) TurnOff(s Switched) error {
	s.Off = true
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	file, err := w.temporary()
	if err != nil {
		return fmt.Errorf("turning writes off: %w", err)
	}
	_, unsaid := file.Write(b) // a file that says nothing is off too
	if err := os.Rename(file.Name(), w.file()); err != nil {
		return fmt.Errorf("turning writes off: %w", errors.Join(err, file.Close(), os.Remove(file.Name())))
	}
	// No put begins from here on; those under way end while this waits for the disk.
	unsaid = errors.Join(unsaid, file.Sync(), file.Close(), syncDir(w.dir))
	if err := w.Settle(); err != nil {
		return fmt.Errorf("waiting for puts that are under way: %w", errors.Join(err, unsaid))
	}
	if unsaid != nil {
		return fmt.Errorf("saying who turned writes off: %w", unsaid)
	}
	return nil
}

// temporary is a new file in the directory, which is made where nothing has run yet.
func (w *Writes) temporary() (*os.File, error) {
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(w.dir, ".writes-*")
}

// Settle returns once no put is under way that began before it was called.
func (w *Writes) Settle() error {
	lock, err := w.open()
	if err != nil {
		return err
	}
	return errors.Join(lockFile(lock, true), lock.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// TurnOn turns writes on again, durably. It is not an error that they were on.
func (w *Writes) TurnOn() error {
	if err := os.Remove(w.file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("turning writes on: %w", err)
	}
	return syncDir(w.dir)
}

func (w *Writes) open() (*os.File, error) {
	return os.OpenFile(filepath.Join(w.dir, "writes.lock"), os.O_RDWR|os.O_CREATE, 0o600)
}

// begin begins one put. off is why there can be none; else done must be called once
// the server has the put.
func (w *Writes) begin() (off string, done func(), err error) {
	if w.Off() { // before the lock, so that nobody who turns it waits for what comes later
		return w.why(), nil, nil
	}
	if err := w.acquire(); err != nil {
		return "", nil, err
	}
	if w.Off() {
		w.release()
		return w.why(), nil, nil
	}
	return "", w.release, nil
}

func (w *Writes) why() string {
	s, err := w.Status()
	if err != nil || s.Reason == "" {
		return "somebody turned them off"
	}
	return s.Reason
}

func (w *Writes) acquire() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shared == nil {
		f, err := w.open()
		if err != nil {
			return err
		}
		w.shared = f
	}
	if w.puts == 0 {
		if err := lockFile(w.shared, false); err != nil {
			return err
		}
	}
	w.puts++
	return nil
}

func (w *Writes) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.puts--; w.puts == 0 {
		_ = unlockFile(w.shared) // closing it would do it too
	}
}

// Close gives back the lock's file. No put may be under way.
func (w *Writes) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shared == nil {
		return nil
	}
	err := w.shared.Close()
	w.shared = nil
	return err
}
