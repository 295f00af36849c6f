package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"slices"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/policy"
)

// Version is the record of a policy that came into force (P11): the body of a
// ledger entry of kind policy. The files' contents are the entry's blobs, named
// as [VersionFile.Blob].
type Version struct {
	Digest   string        `json:"digest"`
	Previous string        `json:"previous,omitempty"` // digest of the version before; "" for the first
	Files    []VersionFile `json:"files"`              // as policy.Policy.Sources: the binding one or the only one first
	// Diff is the change from the version before, as unified diffs; "" where there is
	// none before, or its contents were purged.
	Diff    string `json:"diff,omitempty"`
	DiffCut bool   `json:"diff_cut,omitempty"` // Diff is longer than what is kept of it
}

// VersionFile is one file of a version. Owner and commit say who changed it, as
// far as this host can tell: whoever may write the file can also name any author.
type VersionFile struct {
	Name     string     `json:"name"` // an absolute path, or a shipped policy's name
	Shipped  bool       `json:"shipped,omitempty"`
	Narrows  bool       `json:"narrows,omitempty"` // it is of a policy that narrows the binding one
	SHA256   string     `json:"sha256"`
	Size     int        `json:"size"`
	Owner    *FileOwner `json:"owner,omitempty"`
	Modified *time.Time `json:"modified,omitempty"` // as the file system says
	Commit   *Commit    `json:"commit,omitempty"`   // nil where the file is in no git work tree
}

// FileOwner is whom a file belongs to.
type FileOwner struct {
	UID  int    `json:"uid"`
	Name string `json:"name,omitempty"`
}

// Blob is the name of the file's contents among the blobs of the entry.
func (f VersionFile) Blob() string { return "policy:" + f.Name }

// maxDiff bounds the diff in a record; the contents are there in full.
const maxDiff = 64 << 10

// recordVersion appends p to the ledger unless the last version in it is the same:
// one read in the common case. It must return before anything is decided by p that
// is recorded. Processes that share a ledger and judge by different policies take
// turns in it; each decision names its own.
func (d *Daemon) recordVersion(ctx context.Context, l *ledger.Ledger, p *policy.Policy) error {
	last, _, err := lastVersion(ctx, l)
	if err != nil || last.Digest == p.Digest() {
		return err
	}
	d.versions.Lock()
	defer d.versions.Unlock()
	last, entry, err := lastVersion(ctx, l) // who held the lock may have done it
	if err != nil || last.Digest == p.Digest() {
		return err
	}
	v, blobs := d.version(ctx, p)
	v.Previous = last.Digest
	v.Diff, v.DiffCut = changes(ctx, l, last, entry, p.Sources())
	_, err = l.Append(ctx, interlock.Record{Kind: interlock.RecordPolicy, Policy: p.Digest(), Body: v, Blobs: blobs,
		Who: interlock.Identity{Kind: interlock.SystemIdentity, UID: os.Getuid(), Name: "interlock"}})
	if err != nil {
		return fmt.Errorf("recording that policy %.12s is in force: %w", p.Digest(), err)
	}
	d.log().Info("a policy came into force", slog.String("policy", v.Digest), slog.String("was", v.Previous))
	return nil
}

// lastVersion is the newest version in the ledger; the zero Version where it has none.
func lastVersion(ctx context.Context, l *ledger.Ledger) (v Version, e ledger.Entry, err error) {
	found, err := l.Query(ctx, ledger.Filter{Kind: interlock.RecordPolicy, Limit: 1})
	if err != nil || len(found) == 0 {
		return v, e, err
	}
	e = found[0]
	v, err = ReadVersion(e)
	return v, e, err
}

// ReadVersion is the body of an entry of kind policy.
func ReadVersion(e ledger.Entry) (v Version, err error) {
	if err = json.Unmarshal(e.Body, &v); err != nil {
		return v, fmt.Errorf("reading entry %d: %w", e.Seq, err)
	}
	if v.Digest == "" {
		v.Digest = e.Policy
	}
	return v, nil
}

func (d *Daemon) version(ctx context.Context, p *policy.Policy) (Version, map[string][]byte) {
	v, blobs := Version{Digest: p.Digest()}, map[string][]byte{}
	for _, src := range p.Sources() {
		f := VersionFile{Name: src.Name, Shipped: src.Shipped(), Narrows: src.Narrows, SHA256: src.SHA256, Size: len(src.Text)}
		if !f.Shipped {
			f.Owner, f.Modified = ownership(src.Name)
			f.Commit = gitCommit(ctx, src.Name, src.Text)
		}
		blobs[f.Blob()] = src.Text
		v.Files = append(v.Files, f)
	}
	return v, blobs
}

// ownership is who owns the file now and when it was last written.
func ownership(name string) (*FileOwner, *time.Time) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil
	}
	at := info.ModTime().UTC()
	owner := &FileOwner{UID: int(ownerOf(info))}
	if u, err := user.LookupId(strconv.Itoa(owner.UID)); err == nil {
		owner.Name = u.Username
	}
	return owner, &at
}

// changes are the unified diffs from the files of last to files. Files go by their
// names; a policy file that took another's place is compared with it.
func changes(ctx context.Context, l *ledger.Ledger, last Version, e ledger.Entry, files []policy.Source) (text string, cut bool) {
	if last.Digest == "" {
		return "", false
	}
	var out []byte
	gone := slices.Clone(last.Files)
	for i, f := range files {
		was, old := os.DevNull, []byte(nil)
		if at := before(gone, files, i); at >= 0 {
			was, old = gone[at].Name, content(ctx, l, e, gone[at])
			gone = slices.Delete(gone, at, at+1)
		}
		out = append(out, unified(was, old, f.Name, f.Text)...)
	}
	for _, g := range gone {
		out = append(out, unified(g.Name, content(ctx, l, e, g), os.DevNull, nil)...)
	}
	if len(out) > maxDiff {
		return string(bytes.ToValidUTF8(out[:maxDiff], nil)), true
	}
	return string(out), false
}

// before is the place in old of what files[i] was before, or -1. The file that was
// asked for may have another name now; a shipped one is no other file's past.
func before(old []VersionFile, files []policy.Source, i int) int {
	if at := slices.IndexFunc(old, func(f VersionFile) bool { return f.Name == files[i].Name }); at >= 0 || i > 0 || len(old) == 0 {
		return at
	}
	still := slices.ContainsFunc(files, func(f policy.Source) bool { return f.Name == old[0].Name })
	if still || old[0].Shipped || files[0].Shipped() {
		return -1
	}
	return 0
}

// unified is the diff of two texts; nothing where they are the same.
func unified(was string, old []byte, is string, text []byte) []byte {
	if bytes.Equal(old, text) {
		return nil
	}
	return diff.Diff(was, old, is, text)
}

// content is a file of a version as the ledger keeps it; nothing where it was purged.
func content(ctx context.Context, l *ledger.Ledger, e ledger.Entry, f VersionFile) []byte {
	ref, ok := e.Blobs[f.Blob()]
	if !ok {
		return nil
	}
	b, err := l.Blob(ctx, ref.SHA256)
	if err != nil {
		return nil
	}
	return b
}
