package policy_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

var (
	_ interlock.Decider = (*policy.Policy)(nil)
	_ interlock.Drafter = (*policy.Policy)(nil)
	_ interlock.Decider = (*policy.Control)(nil)
	_ interlock.Decider = policy.Gateway{}
)

var options = policy.Options{Home: "/home/u", Forbid: []string{"/home/u/.local/state/interlock"}}

// write puts source into a file of its own folder and returns its path.
func write(t *testing.T, name, source string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	put(t, path, source)
	return path
}

func put(t testing.TB, path, source string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, source string) *policy.Policy {
	t.Helper()
	p, err := policy.Load(write(t, "policy.yaml", source), options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func shipped(t *testing.T, name string) *policy.Policy {
	t.Helper()
	p, err := policy.LoadShipped(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func submission() *interlock.Submission {
	return &interlock.Submission{ID: "r1", Name: "fit.py", Folder: "/home/u/work"}
}

func decide(t *testing.T, p *policy.Policy, s *interlock.Submission, f interlock.Facts) interlock.Decision {
	t.Helper()
	d, err := p.Decide(context.Background(), s, &f, interlock.Decision{Effect: interlock.Allow})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func quiet() interlock.Facts {
	return interlock.Facts{Complete: true, Control: interlock.Control{Reads: interlock.None, Writes: interlock.None}}
}

// pathUse, reaches and command are the facts of code that does one such thing, in line 1.
func pathUse(name, mode string) interlock.Facts {
	f := quiet()
	f.Paths = []interlock.PathUse{{Path: name, Mode: mode, API: "open", Certainty: interlock.Definite, Pos: at(1)}}
	return f
}

func reaches(host string) interlock.Facts {
	f := quiet()
	f.Endpoints = []interlock.Endpoint{{Host: host, Port: 443, Certainty: interlock.Definite, Pos: at(1)}}
	return f
}

func command(program string) interlock.Facts {
	f := quiet()
	f.Commands = []interlock.Command{{API: "subprocess.run", Argv: []string{program}, Certainty: interlock.Definite, Pos: at(1)}}
	return f
}

func at(line int) interlock.Pos { return interlock.Pos{Line: line, Column: 1} }

func imported(names ...string) interlock.Facts {
	f := quiet()
	for i, n := range names {
		module, name, _ := strings.Cut(n, ":")
		f.Imports = append(f.Imports, interlock.Import{Module: module, Name: name, Certainty: interlock.Definite, Pos: at(i + 1)})
	}
	return f
}

func rules(d interlock.Decision) string {
	var out []string
	for _, r := range d.Reasons {
		out = append(out, r.Rule+"="+r.Effect.String())
	}
	return strings.Join(out, " ")
}

// bare sets what a policy must set and nothing else.
const bare = "version: 1\nresources: {wall: 1s, cpu: 1s, memory: 1GiB, processes: 1, open_files: 16, output: 1kB, file: 1MB, workspace: 1MB, inodes: 1, " +
	"line: 1kB, results: 1kB, figures: 1, figure: 1kB, outputs: 1}\n"
