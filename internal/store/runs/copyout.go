package runs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
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
// where they are and named in Skipped, and every step goes through os.Root, so
// that no link on either side leads elsewhere. Nothing is ever overwritten.
// Permissions are the user's defaults; nothing is copied as executable.
func CopyOut(workspace, out string) (Copied, error) {
	from, err := os.OpenRoot(workspace)
	if err != nil {
		return Copied{}, fmt.Errorf("opening the workspace: %w", err)
	}
	defer from.Close()
	openFolders(from, ".")
	if err := os.MkdirAll(out, 0o777); err != nil {
		return Copied{}, fmt.Errorf("making %s: %w", out, err)
	}
	to, err := os.OpenRoot(out)
	if err != nil {
		return Copied{}, fmt.Errorf("opening %s: %w", out, err)
	}
	defer to.Close()
	files, skipped, err := regularFiles(from)
	if err != nil {
		return Copied{}, fmt.Errorf("reading the workspace: %w", err)
	}
	done := Copied{Skipped: skipped}
	if err := conflicts(to, files); err != nil {
		return done, fmt.Errorf("copying to %s: %w", out, err)
	}
	for _, f := range files {
		if err := copyFile(from, to, f); err != nil {
			return done, fmt.Errorf("copying %s to %s: %w", f, out, err)
		}
		done.Files = append(done.Files, f)
	}
	return done, nil
}

// regularFiles returns the regular files under root, sorted by path.
func regularFiles(root *os.Root) (files, skipped []string, err error) {
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			skipped = append(skipped, fmt.Sprintf("%s: %v", name, err))
		case d.IsDir():
		case d.Type().IsRegular():
			files = append(files, name)
		default:
			skipped = append(skipped, fmt.Sprintf("%s is %s", name, kind(d.Type())))
		}
		return nil
	})
	return files, skipped, err
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
