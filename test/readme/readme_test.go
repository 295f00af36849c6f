package readme

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

// documents are the pages whose sessions must work.
var documents = []string{"README.md"}

// TestDocumentsTellTheTruth types every session of the documents.
func TestDocumentsTellTheTruth(t *testing.T) {
	repo := require.Repo(t)
	path := filepath.Dir(install(t)) + ":" + filepath.Join(require.Env(t), "bin") + ":" + os.Getenv("PATH")
	for _, name := range documents {
		doc, err := os.ReadFile(filepath.Join(repo, name))
		if err != nil {
			t.Fatal(err)
		}
		sessions, err := Sessions(string(doc))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(sessions) == 0 {
			t.Errorf("%s shows no console block: a reader sees nothing that works", name)
		}
		for _, steps := range sessions {
			terminal := newTerminal(t, repo, path)
			for _, step := range steps {
				terminal.typed(t, name, step)
			}
		}
	}
}

// install puts the binary under test into a folder of its own as "interlock".
func install(t *testing.T) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "interlock")
	if err := os.Symlink(require.Binary(t), link); err != nil {
		t.Fatal(err)
	}
	return link
}

// terminal is where one session is typed: an empty HOME and a folder with a
// copy of examples/.
type terminal struct {
	dir string
	env []string
}

func newTerminal(t *testing.T, repo, path string) terminal {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(home, "work")
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS(filepath.Join(repo, "examples"))); err != nil {
		t.Fatal(err)
	}
	return terminal{dir: dir, env: []string{"HOME=" + home, "PATH=" + path, "LANG=C.UTF-8", "TERM=dumb", "TMPDIR=" + os.TempDir()}}
}

func (term terminal) typed(t *testing.T, name string, step Step) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", step.Command)
	cmd.Dir, cmd.Env, cmd.WaitDelay = term.dir, term.env, time.Second
	out, err := cmd.CombinedOutput()
	if !Matches(step.Want, string(out)) {
		t.Errorf("%s:%d: $ %s\nprints (%v)\n%s\nbut the page shows\n%s",
			name, step.Line, step.Command, err, out, strings.Join(step.Want, "\n"))
	}
}
