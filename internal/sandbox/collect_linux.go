package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// collect copies what the run left in its writable folder to workspace. The
// content is hostile: no link in it is followed, and only regular files and
// folders are taken. It also looks whether the run's file system was full.
func (c *child) collect(sub *interlock.Submission, workspace string, o *interlock.Observed, w *watch) error {
	from, err := c.written(w)
	if err != nil || from == nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenRoot(workspace)
	if err != nil {
		return fmt.Errorf("opening the run's workspace: %w", err)
	}
	defer to.Close()
	k := &collector{child: c, sub: sub, from: from, to: to}
	if err := fs.WalkDir(from.FS(), ".", k.visit); err != nil {
		return fmt.Errorf("keeping the run's workspace: %w", err)
	}
	sort.Slice(k.artifacts, func(i, j int) bool { return k.artifacts[i].Path < k.artifacts[j].Path })
	o.Artifacts = k.artifacts
	if k.skipped > 0 {
		o.Notes = append(o.Notes, fmt.Sprintf("%d links or special files in the workspace were not kept", k.skipped))
	}
	return nil
}

// written opens the folder that holds what the run wrote.
func (c *child) written(w *watch) (*os.Root, error) {
	if c.plan.Level != interlock.Namespaces {
		return os.OpenRoot(filepath.Join(c.layout.spec.Scratch, "work"))
	}
	dir, err := c.proc.Workspace()
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	var st unix.Statfs_t
	if unix.Fstatfs(int(dir.Fd()), &st) == nil {
		switch {
		case st.Bavail == 0:
			w.full = "workspace"
		case st.Ffree == 0:
			w.full = "inodes"
		}
	}
	return os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", dir.Fd()))
}

type collector struct {
	child     *child
	sub       *interlock.Submission
	from, to  *os.Root
	artifacts []interlock.Artifact
	skipped   int
}

func (k *collector) visit(name string, d fs.DirEntry, err error) error {
	switch {
	case err != nil || name == ".":
		return nil // a folder that the run made unreadable keeps its secret
	case d.IsDir():
		return k.to.Mkdir(name, 0o755)
	case !d.Type().IsRegular():
		if d.Type()&fs.ModeCharDevice == 0 { // whiteouts hide files of the script's folder
			k.skipped++
		}
		return nil
	}
	return k.keep(name)
}

func (k *collector) keep(name string) error {
	in, err := k.from.OpenFile(name, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		k.skipped++
		return nil
	}
	defer in.Close()
	if k.pinned(name, in) {
		return nil
	}
	out, err := k.to.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), in)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	k.artifacts = append(k.artifacts, interlock.Artifact{Path: name, Size: n, SHA256: hex.EncodeToString(h.Sum(nil))})
	return err
}

// pinned reports whether the file is only what Interlock put there: the script
// and its modules, or the unchanged copy of the script's folder.
func (k *collector) pinned(name string, in *os.File) bool {
	info, err := in.Stat()
	if err != nil || info.Size() > maxCopyBytes {
		return false
	}
	original, ours := k.original(name)
	_, copied := k.child.layout.before[name]
	if !ours && !copied {
		return false
	}
	b, err := io.ReadAll(in)
	if err != nil {
		return false
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return false
	}
	return ours && string(b) == string(original) || k.child.layout.unchanged(name, b)
}

func (k *collector) original(name string) ([]byte, bool) {
	if name == path.Base(k.child.layout.path) {
		return k.sub.Source, true
	}
	for _, m := range k.sub.Modules {
		if m.Path == name {
			return m.Source, true
		}
	}
	return nil, false
}
