package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/interlock-run/interlock"
)

// printing is every command that prints an answer, in an order in which each has one. The
// words in capitals are files of the test, or the id of its run.
var printing = []string{
	"--help", "run --help", "version", "version --format json", "init", "doctor",
	"check FILE", "check --format json FILE", "check --plan FILE", "run --format json FILE",
	"runs list", "runs list --format json", "runs show ID", "runs show --format json ID", "runs prune --older 30d",
	"approvals list --format json", "writes status", "writes off --reason test", "writes on --reason test",
	"policy show", "policy check", "policy explain FILE", "policy test CASES", "policy diff scientific strict", "policy log", "policy schema",
	"policy learn FILE", "policy replay", "ledger query", "ledger query --format json", "ledger verify", "ledger export",
}

// elsewhere are the commands that print an answer only where there is a daemon, or somebody
// who approves, and those that print none.
var elsewhere = []string{"serve", "runs start", "runs cancel", "runs restore", "approvals show", "approvals approve", "approvals reject", "approvals withdraw"}

// An answer that cannot be written is no success, whatever the command; what it would have
// ended with otherwise, it still does.
func TestAnswersThatCannotBeWritten(t *testing.T) {
	dir := writeCases(t, "version: 1\ncases:\n  - {name: a, file: code.py, expect: {effect: deny}}\n")
	file := filepath.Join(dir, "refused.py")
	if err := os.WriteFile(file, []byte("import subprocess\nsubprocess.run(['x'])\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	home, now := t.TempDir(), time.Now()
	run := func(line string, stdout io.Writer) (int, string) {
		if line == "init" {
			os.RemoveAll(filepath.Join(home, ".config")) // of the time before, or there is nothing to do
		}
		var said bytes.Buffer
		p := Program{Version: "v9", Now: func() time.Time { now = now.Add(time.Second); return now }}
		status := p.Run(t.Context(), strings.Fields(line), strings.NewReader(""), stdout, &said, []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")})
		return status, said.String()
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	id := ""
	for _, line := range printing {
		if strings.Contains(line, "ID") && id == "" {
			var out bytes.Buffer
			run("runs list", &out)
			id, _, _ = strings.Cut(out.String(), " ")
		}
		line = strings.NewReplacer("FILE", file, "ID", id, "CASES", filepath.Join(dir, "mine_test.yaml")).Replace(line)
		var out bytes.Buffer
		before, said := run(line, &out)
		if out.Len() == 0 || before == 2 {
			t.Errorf("%s: it prints nothing and is %d: %s", line, before, said)
		}
		want, ended := before, before
		if before == 0 {
			want, ended = interlock.ExitInfrastructure.Status(), interlock.ExitInterrupted.Status()
		}
		if after, said := run(line, full); after != want || !strings.Contains(said, syscall.ENOSPC.Error()) || strings.Count(said, "error:") != 1 {
			t.Errorf("%s: status %d, want %d: %s", line, after, want, said)
		}
		if line == "ledger export" {
			continue // it is a file: a reader that goes away is as bad as a full disk
		}
		if after, said := run(line, broken{syscall.EPIPE}); after != ended || strings.Contains(said, "error:") {
			t.Errorf("%s, without a reader: status %d, want %d: %s", line, after, ended, said)
		}
	}
}

// A new command has its line above.
func TestEveryCommandThatPrintsIsTried(t *testing.T) {
	parser, err := kong.New(&grammar{})
	if err != nil {
		t.Fatal(err)
	}
	leaves := parser.Model.Leaves(true)
	if len(leaves) < len(elsewhere) {
		t.Fatalf("%d commands", len(leaves))
	}
	for _, leaf := range leaves {
		name := strings.TrimSpace(strings.TrimPrefix(leaf.FullPath(), parser.Model.Name))
		is := func(line string) bool { return line == name || strings.HasPrefix(line, name+" ") }
		if !slices.ContainsFunc(printing, is) && !slices.ContainsFunc(elsewhere, is) {
			t.Errorf("nothing says what `interlock %s` does where its answer cannot be written", name)
		}
	}
}
