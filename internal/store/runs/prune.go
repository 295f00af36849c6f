package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Pruned is what Prune removed and why it left what it left.
type Pruned struct {
	IDs   []string // removed, newest first
	Bytes int64    // freed
	Busy  []string // would have gone, but go on
}

const removing = ".removing-"

// Prune removes runs that started more than older before now, and then the oldest
// until what is left holds at most maxBytes. Zero leaves that rule out; both zero
// removes nothing. A run that goes on is never removed.
func (st *Store) Prune(now time.Time, older time.Duration, maxBytes int64) (Pruned, error) {
	var p Pruned
	ids, err := st.IDs()
	if err != nil {
		return p, err
	}
	faults := []error{st.sweep()}
	var kept int64
	for _, id := range ids {
		path := st.folder(id).Path
		size, err := treeSize(path)
		if err != nil {
			faults = append(faults, fmt.Errorf("measuring run %s: %w", id, err))
		}
		if tooOld := older > 0 && now.Sub(idTime(id)) > older; !tooOld && (maxBytes <= 0 || kept+size <= maxBytes) {
			kept += size
			continue
		}
		switch err := st.remove(id); {
		case errors.Is(err, errBusy):
			p.Busy = append(p.Busy, id)
			kept += size
		case err != nil:
			faults = append(faults, fmt.Errorf("removing run %s: %w", id, err))
		default:
			p.IDs = append(p.IDs, id)
			p.Bytes += size
		}
	}
	return p, errors.Join(faults...)
}

var errBusy = errors.New("the run goes on")

// remove takes the run out of the list in one step before its files go, so that
// a removal cut short does not leave half a run.
func (st *Store) remove(id string) error {
	path, aside := st.folder(id).Path, filepath.Join(st.dir, removing+id)
	on, err := goesOn(path)
	if err != nil {
		return err
	}
	if on {
		return errBusy
	}
	if err := os.Rename(path, aside); err != nil {
		return err
	}
	return removeTree(aside)
}

// sweep removes what an earlier removal left.
func (st *Store) sweep() error {
	items, err := os.ReadDir(st.dir)
	if err != nil {
		return nil // List says it
	}
	var faults []error
	for _, item := range items {
		if strings.HasPrefix(item.Name(), removing) {
			faults = append(faults, removeTree(filepath.Join(st.dir, item.Name())))
		}
	}
	return errors.Join(faults...)
}

// removeTree removes path, also where the run made its folders unreadable. It
// follows no link: os.Root keeps every step inside.
func removeTree(path string) error {
	if err := os.RemoveAll(path); err == nil {
		return nil
	}
	if root, err := os.OpenRoot(path); err == nil {
		openFolders(root, ".", math.MaxInt)
		_ = root.Close() // nothing was written through it
	}
	return os.RemoveAll(path)
}

// openFolders gives the owner all rights on the folders under dir, depth deep.
func openFolders(root *os.Root, dir string, depth int) {
	if info, err := root.Lstat(dir); err != nil || !info.IsDir() || root.Chmod(dir, 0o700) != nil {
		return
	}
	items, _ := readDir(root, dir)
	for _, item := range items {
		if item.IsDir() && depth > 0 {
			openFolders(root, filepath.Join(dir, item.Name()), depth-1)
		}
	}
}

// treeSize adds up the sizes of the files under path, following no link. Folders
// that cannot be read count nothing.
func treeSize(path string) (int64, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	var total int64
	err = fs.WalkDir(root.FS(), ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
		return nil
	})
	return total, err
}
