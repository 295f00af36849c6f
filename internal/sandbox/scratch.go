package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// make creates what the plan needs on the host's disk: nothing at level
// namespaces; a scratch folder with a copy of the script's folder otherwise.
func (l *layout) make(p *confine.Plan) error {
	if p.Level == interlock.Namespaces {
		return nil
	}
	for _, d := range []string{"", "work", "tmp", "runner"} {
		if err := os.Mkdir(filepath.Join(l.spec.Scratch, d), 0o700); err != nil {
			return fmt.Errorf("making the run's scratch folder: %w", err)
		}
	}
	for _, f := range append(runnerFiles(filepath.Join(l.spec.Scratch, "runner")), l.spec.Files...) {
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
			return fmt.Errorf("making the run's scratch folder: %w", err)
		}
		if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
			return fmt.Errorf("writing the run's scratch folder: %w", err)
		}
	}
	if err := l.copyFolder(); err != nil {
		return err
	}
	if !p.User.Drop {
		return nil
	}
	return giveTo(l.spec.Scratch, p.User)
}

func giveTo(dir string, u confine.User) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("opening the run's scratch folder: %w", err)
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(name, u.Host, u.Group)
	})
}

func (l *layout) remove() {
	if l.spec.Scratch != "" {
		os.RemoveAll(l.spec.Scratch)
	}
}

// Bounds of the copy of a script's folder, where no overlay can show it.
const (
	maxCopyBytes = 256 << 20
	maxCopyFiles = 4000
)

// copyFolder copies the regular files of the script's folder, without hidden and
// forbidden ones and without symbolic links out of it.
func (l *layout) copyFolder() error {
	l.before = map[string]int64{}
	work := filepath.Join(l.spec.Scratch, "work")
	if l.source == "" {
		return nil
	}
	var total int64
	return filepath.WalkDir(l.source, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(l.source, p)
		if err != nil || rel == "." {
			return nil // unreadable here, unreadable there
		}
		if strings.HasPrefix(d.Name(), ".") || l.forbidden(p) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(work, rel), 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		n, err := copyFile(p, filepath.Join(work, rel))
		if total += n; total > maxCopyBytes || len(l.before) > maxCopyFiles {
			return tooLarge(l.source)
		}
		l.before[rel] = n
		return err
	})
}

func tooLarge(dir string) error {
	return &interlock.Error{Kind: interlock.Infrastructure, Name: "folder_too_large", Code: interlock.ExitInfrastructure,
		Message: fmt.Sprintf("the script's folder %s is too large to copy (limit %s, %d files), and this host cannot show it without a copy", dir, confine.Size(maxCopyBytes), maxCopyFiles),
		Hint:    "put the script into a folder of its own and name its data with --input, or use a host with namespaces (see `interlock doctor`)"}
}

func (l *layout) forbidden(p string) bool {
	for _, f := range l.spec.Forbid {
		if p == f.Path || strings.HasPrefix(p, f.Path+"/") {
			return true
		}
	}
	return false
}

func copyFile(from, to string) (int64, error) {
	in, err := os.Open(from)
	if err != nil {
		return 0, nil // unreadable here, absent there
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(out, io.LimitReader(in, maxCopyBytes+1))
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return n, err
}

// unchanged reports whether the file rel of the workspace is still the copy that
// was made of the script's folder.
func (l *layout) unchanged(rel string, content []byte) bool {
	size, copied := l.before[rel]
	if !copied || size != int64(len(content)) {
		return false
	}
	original, err := os.ReadFile(filepath.Join(l.source, rel))
	return err == nil && bytes.Equal(original, content)
}
