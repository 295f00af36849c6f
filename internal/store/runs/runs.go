// Package runs keeps what is left of each run in a folder of its own:
//
//	STATE/runs/ID/           0700
//	├── workspace/           what the run wrote: hostile content, never followed
//	├── figures/figure-1.png, figure-1.svg, …
//	├── notebook.ipynb
//	└── result.json          the object of `interlock run --format json`
//
// A run that goes on holds a lock (flock) on its folder, from Create until Seal
// or Release, which the kernel drops with the process: a folder without a
// result.json whose lock is free belongs to a run that was interrupted. Files are
// written beside their place and renamed, so a reader sees all of one or nothing.
// They are not synced: the ledger is the durable record, this is the convenient
// one, and a file that a power cut emptied shows as interrupted.
//
// Notebook and result.json are redacted before they are written. Figures and the
// workspace are not: they are the run's own bytes.
//
// It does not protect a run's files from other programs of the same user.
package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/notebook"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

const (
	workspaceName = "workspace"
	figuresName   = "figures"
	notebookName  = "notebook.ipynb"
	resultName    = "result.json"
)

// Store keeps runs under one state directory. It implements interlock.Runs and
// is safe for concurrent use, also by several processes.
type Store struct {
	dir    string
	redact atomic.Pointer[redact.Redactor]

	mu   sync.Mutex
	held map[string]*os.File // locks of the runs that go on in this process
}

var _ interlock.Runs = (*Store)(nil)

// New returns the store of the state directory state, which must be absolute.
// Nothing is read or made before it is needed. r may be nil.
func New(state string, r *redact.Redactor) *Store {
	st := &Store{dir: filepath.Join(state, "runs"), held: map[string]*os.File{}}
	st.redact.Store(r)
	return st
}

// SetRedactor puts other patterns in force for what is written from now on; nil
// redacts nothing.
func (st *Store) SetRedactor(r *redact.Redactor) { st.redact.Store(r) }

// Create makes the folder of a new run and locks it. An id that exists is an error.
func (st *Store) Create(id string) (interlock.RunFolder, error) {
	if !ValidID(id) {
		return interlock.RunFolder{}, fmt.Errorf("making the folder of a run: %q is not a run's id", id)
	}
	if err := makePrivate(st.dir); err != nil {
		return interlock.RunFolder{}, err
	}
	folder := st.folder(id)
	if st.waited(folder.Path) {
		return folder, st.again(id, folder.Path)
	}
	for _, dir := range []string{folder.Path, folder.Workspace} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return interlock.RunFolder{}, fmt.Errorf("making the folder of a run: %w", err)
		}
	}
	lock, err := lockFolder(folder.Path)
	if err != nil {
		return interlock.RunFolder{}, fmt.Errorf("locking the folder of run %s: %w", id, err)
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.held[id] = lock
	return folder, nil
}

func (st *Store) folder(id string) interlock.RunFolder {
	path := filepath.Join(st.dir, id)
	return interlock.RunFolder{Path: path, Workspace: filepath.Join(path, workspaceName)}
}

// Keep writes figures, notebook and result of a run that ended, and completes
// r.Folder. It writes as much as it can: the error joins what it could not.
func (st *Store) Keep(s *interlock.Submission, r *interlock.Result) error {
	if r.Folder.Path == "" {
		return errors.New("keeping a run that has no folder")
	}
	var err1, err2 error
	r.Folder.Figures, err1 = writeFigures(filepath.Join(r.Folder.Path, figuresName), r.Claims.Figures)
	doc, err2 := notebook.Encode(s, r, st.redact.Load())
	if err2 == nil {
		path := filepath.Join(r.Folder.Path, notebookName)
		if err2 = replace(path, doc); err2 == nil {
			r.Folder.Notebook = path
		}
	}
	return errors.Join(err1, err2, st.result(s, r))
}

// Seal writes result.json again with what is known only after the run's last
// record, its receipt and total time, and unlocks the folder.
func (st *Store) Seal(s *interlock.Submission, r *interlock.Result) error {
	defer st.Release(r.ID)
	if r.Folder.Path == "" {
		return nil
	}
	return st.result(s, r)
}

func (st *Store) result(s *interlock.Submission, r *interlock.Result) error {
	doc, err := apiv1.Encode(apiv1.NewRun(s, r))
	if err != nil {
		return err
	}
	path := filepath.Join(r.Folder.Path, resultName)
	if doc, _, err = st.redact.Load().JSON(doc); err != nil {
		return fmt.Errorf("redacting %s: %w", path, err)
	}
	return replace(path, doc)
}

// replace puts doc at path in one step.
func replace(path string, doc []byte) error {
	temp := path + ".tmp"
	if err := os.WriteFile(temp, doc, 0o600); err != nil {
		os.Remove(temp)
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// Release unlocks the folder of a run; it is idempotent.
func (st *Store) Release(id string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if lock := st.held[id]; lock != nil {
		lock.Close()
		delete(st.held, id)
	}
}

// Close releases every run of this process. Runs must have ended.
func (st *Store) Close() {
	st.mu.Lock()
	defer st.mu.Unlock()
	for id, lock := range st.held {
		lock.Close()
		delete(st.held, id)
	}
}

// makePrivate makes dir and what is missing above it for the user alone.
func makePrivate(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the state directory: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("looking at the state directory: %w", err)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s can be written by others (%v), so what is in it proves nothing: type `chmod 700 %s`: %w",
			dir, info.Mode().Perm(), dir, fs.ErrPermission)
	}
	return nil
}
