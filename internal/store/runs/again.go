package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/interlock-run/interlock"
)

// waited reports whether the run of the folder waited for approval and never began:
// its folder is there, and nothing but its request has been in it.
func (st *Store) waited(path string) bool {
	var head struct{ Status interlock.Status }
	b, err := os.ReadFile(filepath.Join(path, resultName))
	return err == nil && json.Unmarshal(b, &head) == nil && head.Status == interlock.AwaitingApproval
}

// again makes a run that waited one that goes on: its folder is locked, and what said
// that it waits is gone before anything of it runs.
func (st *Store) again(id, path string) error {
	lock, err := lockFolder(path)
	if err != nil {
		return fmt.Errorf("locking the folder of run %s: %w", id, err)
	}
	if !st.waited(path) {
		return errors.Join(fmt.Errorf("taking the folder of run %s: another process was faster", id), lock.Close())
	}
	for _, name := range []string{resultName, notebookName} {
		if err := os.Remove(filepath.Join(path, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Join(fmt.Errorf("taking the folder of run %s: %w", id, err), lock.Close())
		}
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.held[id] = lock
	return nil
}
