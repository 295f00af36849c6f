package runs

import (
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

// ErrNoRun is returned where no run is kept under what was asked for.
var ErrNoRun = errors.New("no such run")

// List returns all runs, newest first.
func (st *Store) List() ([]Entry, error) {
	ids, err := st.IDs()
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(ids))
	for _, id := range ids {
		entries = append(entries, st.Entry(id))
	}
	return entries, nil
}

// IDs returns the ids of all runs, newest first.
func (st *Store) IDs() ([]string, error) {
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

// Entry is the run with the id, which must be one of [Store.IDs].
func (st *Store) Entry(id string) Entry {
	path := st.folder(id).Path
	e := Entry{ID: id, Path: path, Started: idTime(id), Status: Interrupted}
	if h, err := headOf(filepath.Join(path, resultName)); err == nil && h.Status != "" {
		e.Name, e.Status, e.Mode = h.Name, h.Status, h.Mode
		return e
	}
	if on, err := goesOn(path); on || err != nil {
		e.Status = Running
	}
	return e
}

// Show returns the run with the id. The result is nil where the run has none: see the
// entry's status. A run that is not kept is an [ErrNoRun].
func (st *Store) Show(id string) (Entry, *apiv1.Run, error) {
	fit, err := st.Fit(id)
	if err != nil {
		return Entry{}, nil, err
	}
	if len(fit) != 1 || fit[0] != id {
		return Entry{}, nil, fmt.Errorf("%w: %q", ErrNoRun, id)
	}
	e := st.Entry(id)
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

// Fit returns the ids of the runs that part may mean, the newest first: those it is a
// part of, in upper or lower case. No part fits none.
func (st *Store) Fit(part string) ([]string, error) {
	ids, err := st.IDs()
	if err != nil || part == "" {
		return nil, err
	}
	part = strings.ToLower(part)
	return slices.DeleteFunc(ids, func(id string) bool { return !strings.Contains(id, part) }), nil
}
