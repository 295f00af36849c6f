package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
)

// Bounds of what is read to bind an approval to the contents of files.
const (
	maxFiles = 4000
	maxBytes = 1 << 30
)

// contents adds the files that the run is shown: its inputs and, where it sees it,
// the script's folder. Roots of the policy (filesystem.read) are the operator's and
// are not read. What is too much to read is an error: it would decide the run unseen.
func (p Parts) contents(s *interlock.Submission, g interlock.Grant) error {
	r := &reader{parts: p, forbid: g.Files.Forbid}
	switch {
	case g.Files.Folder != "":
		r.hidden = true
		if err := r.tree(g.Files.Folder, "file"); err != nil {
			return err
		}
	case s.Folder != "":
		if err := r.tree(filepath.Join(s.Folder, s.Name), "file"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	r.hidden = false
	for _, in := range s.Inputs {
		if err := r.tree(in, "input"); err != nil {
			return err
		}
	}
	return nil
}

// reader digests trees within the bounds.
type reader struct {
	parts  Parts
	forbid []string // never shown, so not read
	hidden bool     // names that begin with a dot are not shown
	files  int
	bytes  int64
}

// tree adds the file, or every file of the folder, at root.
func (r *reader) tree(root, word string) error {
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return r.fault(root, err)
	}
	return filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return r.fault(path, err)
		}
		switch {
		case slices.Contains(r.forbid, path), r.hidden && path != real && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		name := word + " " + path
		if rel, err := filepath.Rel(real, path); err == nil && word == "file" && rel != "." {
			name = word + " " + rel
		}
		return r.file(path, name, entry.Type())
	})
}

func (r *reader) file(path, name string, kind fs.FileMode) error {
	if r.files++; r.files > maxFiles {
		return tooMuch(fmt.Sprintf("more than %d files", maxFiles), path)
	}
	if kind&fs.ModeSymlink != 0 {
		to, err := os.Readlink(path)
		if err != nil {
			return r.fault(path, err)
		}
		r.parts.bytes(name, []byte("link to "+to))
		return nil
	}
	if !kind.IsRegular() {
		r.parts.bytes(name, []byte(kind.String()))
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return r.fault(path, err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, maxBytes-r.bytes+1))
	if err != nil {
		return r.fault(path, err)
	}
	if r.bytes += n; r.bytes > maxBytes {
		return tooMuch("more than 1 GiB", path)
	}
	r.parts[name] = hex.EncodeToString(h.Sum(nil))
	return nil
}

func (r *reader) fault(path string, err error) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: "not_bound", Code: interlock.ExitUsage, Err: err,
		Message: fmt.Sprintf("an approval has to be bound to %s, which cannot be read", path), Hint: "make it readable, or move it out of what the run is shown"}
}

func tooMuch(what, path string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: "not_bound", Code: interlock.ExitUsage,
		Message: fmt.Sprintf("the run is shown %s (at %s), which is too much to bind an approval to", what, path),
		Hint:    "put the script in a folder of its own, and pass with --input only what it reads"}
}
