package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// The states of a run that has no result.
const (
	Running     = "running"
	Interrupted = "interrupted"
)

// Entry is one run in the list.
type Entry struct {
	ID      string
	Name    string // the script's; "" where the run has no result
	Status  string // as in its result, or Running, or Interrupted
	Mode    string
	Started time.Time
	Path    string
}

// ErrNoRun is returned where no run, or more than one, fits what was asked for.
var ErrNoRun = errors.New("no such run")

// List returns all runs, newest first.
func (st *Store) List() ([]Entry, error) {
	ids, err := st.ids()
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(ids))
	for _, id := range ids {
		entries = append(entries, st.entry(id))
	}
	return entries, nil
}

// ids returns the ids of all runs, newest first.
func (st *Store) ids() ([]string, error) {
	items, err := os.ReadDir(st.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	var ids []string
	for _, item := range items {
		if item.IsDir() && ValidID(item.Name()) {
			ids = append(ids, item.Name())
		}
	}
	slices.Reverse(ids) // ReadDir sorts by name, which is by time
	return ids, nil
}

func (st *Store) entry(id string) Entry {
	path := st.folder(id).Path
	e := Entry{ID: id, Path: path, Started: idTime(id), Status: Interrupted}
	var head struct {
		Name, Status, Mode string
	}
	if b, err := os.ReadFile(filepath.Join(path, resultName)); err == nil && json.Unmarshal(b, &head) == nil && head.Status != "" {
		e.Name, e.Status, e.Mode = head.Name, head.Status, head.Mode
		return e
	}
	if on, err := goesOn(path); on || err != nil {
		e.Status = Running
	}
	return e
}

// Show returns the run that part names: its id or any part of the id that is
// unique. The result is nil where the run has none: see the entry's status.
func (st *Store) Show(part string) (Entry, *apiv1.Run, error) {
	id, err := st.resolve(part)
	if err != nil {
		return Entry{}, nil, err
	}
	e := st.entry(id)
	b, err := os.ReadFile(filepath.Join(e.Path, resultName))
	if err != nil || len(b) == 0 {
		return e, nil, nil
	}
	r, err := apiv1.DecodeRun(b)
	if err != nil {
		return e, nil, fmt.Errorf("run %s: %w", id, err)
	}
	return e, r, nil
}

func (st *Store) resolve(part string) (string, error) {
	ids, err := st.ids()
	if err != nil {
		return "", err
	}
	var fit []string
	for _, id := range ids {
		if part != "" && strings.Contains(id, strings.ToLower(part)) {
			fit = append(fit, id)
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) == 0:
		return "", fmt.Errorf("%w: %q", ErrNoRun, part)
	}
	return "", fmt.Errorf("%w: %q fits %d runs, the newest are %s", ErrNoRun, part, len(fit), strings.Join(fit[:min(len(fit), 3)], ", "))
}
