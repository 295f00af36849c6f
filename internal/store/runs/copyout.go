package runs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Copied is what CopyOut did.
type Copied struct {
	Files   []string // paths under the target, slash-separated
	Skipped []string // what was not copied and why, in words
}

// ErrExists says that CopyOut would have to overwrite files; it then copied nothing.
var ErrExists = errors.New("it would overwrite files")

// CopyOut copies the regular files of a run's workspace to the folder out, which
// is made if missing. The workspace is hostile: links and special files are left
// where they are and named in Skipped, as are folders below maxDepth, and every step goes through os.Root, so
// that no link on either side leads elsewhere. Nothing is ever overwritten.
// Permissions are the user's defaults; nothing is copied as executable.
func CopyOut(workspace, out string) (Copied, error) {
	from, err := os.OpenRoot(workspace)
	if err != nil {
		return Copied{}, fmt.Errorf("opening the workspace: %w", err)
	}
	defer from.Close()
	openFolders(from, ".", maxDepth)
	if err := os.MkdirAll(out, 0o777); err != nil {
		return Copied{}, fmt.Errorf("making %s: %w", out, err)
	}
	to, err := os.OpenRoot(out)
	if err != nil {
		return Copied{}, fmt.Errorf("opening %s: %w", out, err)
	}
	defer to.Close()
	var found listing
	found.folder(from, ".", maxDepth)
	done := Copied{Skipped: found.skipped}
	if err := conflicts(to, found.files); err != nil {
		return done, fmt.Errorf("copying to %s: %w", out, err)
	}
	for _, f := range found.files {
		if err := copyFile(from, to, f); err != nil {
			return done, fmt.Errorf("copying %s to %s: %w", f, out, err)
		}
		done.Files = append(done.Files, f)
	}
	return done, nil
}

// maxDepth bounds the folders in folders that CopyOut enters, as the sandbox does
// those it keeps: opening a path costs as much as it is deep.
const maxDepth = 64

// listing is what lies under a root, sorted by path.
type listing struct{ files, skipped []string }

// folder adds what lies under dir, whose folders may be depth deep. It does not use
// fs.FS, which refuses names that are not UTF-8.
func (l *listing) folder(root *os.Root, dir string, depth int) {
	items, err := readDir(root, dir)
	if err != nil {
		l.skip("%s: %v", dir, err)
	}
	for _, item := range items {
		name := path.Join(dir, item.Name())
		switch {
		case item.IsDir() && depth == 0:
			l.skip("%s is nested deeper than %d folders", name, maxDepth)
		case item.IsDir():
			l.folder(root, name, depth-1)
		case item.Type().IsRegular():
			l.files = append(l.files, name)
		default:
			l.skip("%s is %s", name, kind(item.Type()))
		}
	}
}

func (l *listing) skip(format string, args ...any) {
	l.skipped = append(l.skipped, fmt.Sprintf(format, args...))
}

// readDir returns what is in dir, sorted by name; beside an error, what it could read.
func readDir(root *os.Root, dir string) ([]fs.DirEntry, error) {
	f, err := root.Open(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	items, err := f.ReadDir(-1)
	slices.SortFunc(items, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return items, err
}

func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "not a regular file"
}

func conflicts(to *os.Root, files []string) error {
	var exist []string
	for _, f := range files {
		if _, err := to.Lstat(filepath.FromSlash(f)); err == nil {
			exist = append(exist, f)
		}
	}
	if len(exist) == 0 {
		return nil
	}
	more := ""
	if n := len(exist) - 3; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("%w: %s%s exist already", ErrExists, strings.Join(exist[:min(len(exist), 3)], ", "), more)
}

func copyFile(from, to *os.Root, name string) (err error) {
	source, err := openRegular(from, name)
	if err != nil {
		return err
	}
	defer source.Close()
	if dir := path.Dir(name); dir != "." {
		if err := to.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	target, err := to.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	_, err = io.Copy(target, source)
	return err
}

// openRegular opens a file that was regular when it was listed and still is. A
// run without read permission on its own file does not keep it from its user.
func openRegular(root *os.Root, name string) (*os.File, error) {
	listed, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !listed.Mode().IsRegular() { // opening a pipe would wait for ever
		return nil, fmt.Errorf("%s changed while it was read", name)
	}
	f, err := root.Open(name)
	if errors.Is(err, fs.ErrPermission) && root.Chmod(name, 0o600) == nil {
		f, err = root.Open(name)
	}
	if err != nil {
		return nil, err
	}
	if opened, err := f.Stat(); err != nil || !opened.Mode().IsRegular() || !os.SameFile(listed, opened) {
		f.Close()
		return nil, errors.Join(fmt.Errorf("%s changed while it was read", name), err)
	}
	return f, nil
}
