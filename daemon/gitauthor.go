package daemon

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // git names objects by it; nothing is trusted for it
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Commit is the last commit that changed a policy file, in the git work tree that
// the file lies in.
type Commit struct {
	ID     string    `json:"id,omitempty"`
	Author string    `json:"author,omitempty"` // as the commit says, which anybody can write
	Email  string    `json:"email,omitempty"`
	Time   time.Time `json:"time,omitzero"`
	// Uncommitted says that the file as it is in force was not committed: then the
	// other fields are empty.
	Uncommitted bool `json:"uncommitted,omitempty"`
}

// gitCommit asks git who committed text as the file name; nil where there is no
// work tree, no git, or no answer within seconds.
//
// The repository is not trusted: its configuration can name programs (fsmonitor,
// textconv, gpg, pagers) and so can its hooks. git therefore never sees it as a
// repository. It gets an empty one made for the moment, without configuration,
// that borrows the objects, and the commit to begin at, which is read here. What
// needs the configuration (SHA-256 objects, refs in a reftable, partial clones)
// has no answer.
func gitCommit(ctx context.Context, name string, text []byte) *Commit {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil
	}
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return nil
	}
	tree, gitDir := workTree(filepath.Dir(real))
	head := headCommit(gitDir)
	rel, err := filepath.Rel(tree, real)
	if gitDir == "" || head == "" || err != nil {
		return nil
	}
	bare, err := borrowing(filepath.Join(commonDir(gitDir), "objects"))
	if err != nil {
		return nil
	}
	defer os.RemoveAll(bare)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	g := gitReader{ctx, git, bare}
	rel = filepath.ToSlash(rel)
	if blob, err := g.ask("rev-parse", "--verify", "--quiet", head+":"+rel); err != nil || strings.TrimSpace(blob) != blobID(text) {
		return &Commit{Uncommitted: true}
	}
	said, err := g.ask("log", "-1", "--no-show-signature", "--format=%H%n%an%n%ae%n%aI", head, "--", ":(literal)"+rel)
	if err != nil {
		return nil
	}
	return parseCommit(said)
}

func parseCommit(said string) *Commit {
	lines := strings.Split(said, "\n")
	if len(lines) < 4 {
		return nil
	}
	at, err := time.Parse(time.RFC3339, lines[3])
	if err != nil {
		return nil
	}
	const most = 200 // characters of a name that somebody else wrote
	return &Commit{ID: lines[0], Author: fmt.Sprintf("%.*s", most, lines[1]), Email: fmt.Sprintf("%.*s", most, lines[2]), Time: at.UTC()}
}

// gitReader runs git over a repository of our own making.
type gitReader struct {
	ctx       context.Context
	git, bare string
}

func (g gitReader) ask(args ...string) (string, error) {
	cmd := exec.CommandContext(g.ctx, g.git, append([]string{"--git-dir=" + g.bare, "--no-pager"}, args...)...)
	cmd.Dir = g.bare
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + g.bare, "XDG_CONFIG_HOME=" + g.bare, "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1"}
	out, err := cmd.Output()
	return string(out), err
}

// borrowing makes an empty bare repository that reads its objects from elsewhere.
func borrowing(objects string) (string, error) {
	dir, err := os.MkdirTemp("", "interlock-git-")
	if err != nil {
		return "", err
	}
	for _, sub := range []string{"objects/info", "refs"} {
		err = firstOf(err, os.MkdirAll(filepath.Join(dir, sub), 0o700))
	}
	err = firstOf(err, os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/none\n"), 0o600))
	err = firstOf(err, os.WriteFile(filepath.Join(dir, "objects/info/alternates"), []byte(objects+"\n"), 0o600))
	if err != nil {
		_ = os.RemoveAll(dir)
	}
	return dir, err
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// workTree is the folder at or above dir that has a .git, and where that leads.
func workTree(dir string) (tree, gitDir string) {
	for {
		dot := filepath.Join(dir, ".git")
		if info, err := os.Stat(dot); err == nil {
			if info.IsDir() {
				return dir, dot
			}
			return dir, linked(dot, "gitdir: ")
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", ""
		}
		dir = up
	}
}

// linked is the path that a small file names after prefix, relative to the file.
func linked(file, prefix string) string {
	text, err := smallFile(file)
	name, ok := strings.CutPrefix(strings.TrimSpace(string(text)), prefix)
	if err != nil || !ok || name == "" {
		return ""
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(file), name)
	}
	return name
}

func commonDir(gitDir string) string {
	if dir := linked(filepath.Join(gitDir, "commondir"), ""); dir != "" {
		return dir
	}
	return gitDir
}

var (
	objectName = regexp.MustCompile(`^[0-9a-f]{40}$`)
	refName    = regexp.MustCompile(`^refs/[A-Za-z0-9._/-]+$`)
)

// headCommit is the commit that is checked out, or "".
func headCommit(gitDir string) string {
	if gitDir == "" {
		return ""
	}
	text, err := smallFile(filepath.Join(gitDir, "HEAD"))
	head := strings.TrimSpace(string(text))
	ref, symbolic := strings.CutPrefix(head, "ref: ")
	switch {
	case err != nil:
		return ""
	case !symbolic && objectName.MatchString(head):
		return head
	case !refName.MatchString(ref) || strings.Contains(ref, ".."):
		return ""
	}
	common := commonDir(gitDir)
	if text, err := smallFile(filepath.Join(common, filepath.FromSlash(ref))); err == nil {
		if id := strings.TrimSpace(string(text)); objectName.MatchString(id) {
			return id
		}
	}
	return packedRef(common, ref)
}

func packedRef(common, ref string) string {
	text, err := smallFile(filepath.Join(common, "packed-refs"))
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(text) {
		id, name, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		if name == ref && objectName.MatchString(id) {
			return id
		}
	}
	return ""
}

// smallFile reads a regular file of at most 16 MiB.
func smallFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > 16<<20 {
		return nil, fmt.Errorf("%s is not a small regular file", name)
	}
	return os.ReadFile(name)
}

// blobID is the name git gives to a file with these contents.
func blobID(text []byte) string {
	h := sha1.New() //nolint:gosec // as above
	fmt.Fprintf(h, "blob %d\x00", len(text))
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}
