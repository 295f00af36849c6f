package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// collect copies what the run left in its writable folder to workspace. The
// content is hostile: no link in it is followed, only regular files and folders
// are taken, each file once, and number, size, depth and time are bounded. It
// also looks whether the run's file system was full.
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
	r := c.grant.Resources
	k := &collector{child: c, sub: sub, left: r.Workspace, entries: r.Inodes + len(c.layout.before) + stageFiles,
		until: time.Now().Add(collectTime), seen: map[uint64]bool{}}
	err = k.folder(from, to, "", maxDepth)
	sort.Slice(k.artifacts, func(i, j int) bool { return k.artifacts[i].Path < k.artifacts[j].Path })
	o.Artifacts = k.artifacts
	if err != nil {
		return unkept(err)
	}
	if k.skipped > 0 {
		o.Notes = append(o.Notes, fmt.Sprintf("%d links, special files or folders nested deeper than %d in the workspace were not kept", k.skipped, maxDepth))
	}
	if k.tooMuch > 0 {
		o.Notes = append(o.Notes, fmt.Sprintf("%d files in the workspace were not kept: together they are larger than the workspace limit %s, or too many to copy",
			k.tooMuch, confine.Size(r.Workspace)))
	}
	return nil
}

// unkept is err, with what to do where it is the disk.
func unkept(err error) error {
	if !errors.Is(err, unix.ENOSPC) && !errors.Is(err, unix.EDQUOT) {
		return fmt.Errorf("keeping the run's workspace: %w", err)
	}
	return &interlock.Error{Kind: interlock.Infrastructure, Name: "disk_full", Message: "keeping the run's workspace", Err: err, Code: interlock.ExitInfrastructure,
		Hint: "the code has run, and what it left is not complete; free space on that disk: `interlock doctor` shows the state directory, `interlock runs prune --older 30d` removes old runs"}
}

const (
	maxDepth    = 64 // of folders in a kept workspace
	collectTime = time.Minute
)

// written opens the folder that holds what the run wrote.
func (c *child) written(w *watch) (*os.Root, error) {
	if c.plan.Level != interlock.Namespaces {
		return os.OpenRoot(filepath.Join(c.layout.spec.Scratch, "work"))
	}
	dir, shm, err := c.proc.Workspace()
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	defer shm.Close()
	switch bytes, files := full(dir); {
	case bytes:
		w.full = "workspace"
	case files:
		w.full = "inodes"
	default:
		if bytes, files = full(shm); bytes || files {
			w.full = "shm"
		}
	}
	return os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", dir.Fd()))
}

// full reports whether the file system that dir is on has no room left for bytes
// or for files.
func full(dir *os.File) (bytes, files bool) {
	var st unix.Statfs_t
	if unix.Fstatfs(int(dir.Fd()), &st) != nil {
		return false, false
	}
	return st.Bavail == 0, st.Ffree == 0
}

type collector struct {
	child     *child
	sub       *interlock.Submission
	left      int64 // bytes that may still be kept; a sparse file counts in full
	entries   int   // files and folders that may still be visited
	until     time.Time
	seen      map[uint64]bool // inodes kept, so that a hard link is not a copy
	artifacts []interlock.Artifact
	skipped   int
	tooMuch   int
}

// folder keeps what lies in from. It holds each folder open on the way down, so
// that a deep tree costs no more than a flat one.
func (k *collector) folder(from, to *os.Root, rel string, depth int) error {
	entries, err := list(from)
	if err != nil {
		k.skipped++ // a folder that the run made unreadable keeps its secret
		return nil
	}
	for _, e := range entries {
		if k.entries--; k.entries < 0 || time.Now().After(k.until) {
			k.tooMuch++
			continue
		}
		name := path.Join(rel, e.Name())
		switch {
		case e.IsDir() && depth > 0:
			err = k.enter(from, to, e.Name(), name, depth)
		case e.Type().IsRegular():
			err = k.keep(from, to, e.Name(), name)
		case e.Type()&fs.ModeCharDevice == 0: // whiteouts hide files of the script's folder
			k.skipped++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *collector) enter(from, to *os.Root, base, name string, depth int) error {
	sub, err := from.OpenRoot(base)
	if err != nil {
		k.skipped++
		return nil
	}
	defer sub.Close()
	if err := to.Mkdir(base, 0o755); err != nil {
		return err
	}
	into, err := to.OpenRoot(base)
	if err != nil {
		return err
	}
	defer into.Close()
	return k.folder(sub, into, name, depth-1)
}

func list(dir *os.Root) ([]fs.DirEntry, error) {
	f, err := dir.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}

func (k *collector) keep(from, to *os.Root, base, name string) error {
	in, err := from.OpenFile(base, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		k.skipped++
		return nil
	}
	defer in.Close()
	if k.pinned(name, in) {
		return nil
	}
	if !k.affordable(in) {
		k.tooMuch++
		return nil
	}
	out, err := to.OpenFile(base, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), in)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		// A part would pass for the file, and on a full disk it takes the room that the
		// record of the run's end needs.
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), to.Remove(base))
	}
	k.artifacts = append(k.artifacts, interlock.Artifact{Path: name, Size: n, SHA256: hex.EncodeToString(h.Sum(nil))})
	return nil
}

// affordable takes the file's size from what may still be kept, and refuses a
// second name of a file that was kept.
func (k *collector) affordable(in *os.File) bool {
	var st unix.Stat_t
	if unix.Fstat(int(in.Fd()), &st) != nil || st.Size > k.left || k.seen[st.Ino] {
		return false
	}
	k.left -= st.Size
	k.seen[st.Ino] = st.Nlink > 1
	return true
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
