//go:build linux

package attack

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// A program tries one thing. Its header is the comment lines before its code.
type program struct {
	class, name, source string

	tries   string        // what, in words
	shows   string        // the harm that proves it: a word of target_test.go
	plain   string        // how it runs with nothing around it: "", "unshare FLAGS", "forked", "zygote", "reused", or "never"
	why     string        // why it cannot succeed there, or not on every kernel
	limits  []string      // the limits of which one must end it
	signal  string        // the signal that it ends itself with
	exit    int           // the status that it ends with; -1 is any
	timeout time.Duration // of the run; 0 is the policy's
	runs    int           // how often it runs, PHASE counting from 1
	alone   bool          // no other program runs meanwhile
	tty     bool          // it runs on a terminal
	copies  string        // why copies of one interpreter are the same in this, by design
	beside  bool          // in a daemon, good runs go on meanwhile
	keep    bool          // what it leaves in its folder is copied as a careless supervisor would
}

// classes are the files of testdata, in the order of the table.
var classes = []string{"files", "links", "programs", "processes", "privileges", "kernel", "network", "leftovers",
	"environment", "randomness", "resources", "output", "protocol", "terminal", warm}

// warm is the class that is for copies of a warm interpreter alone.
const warm = "warm"

func load(t *testing.T) (all []program) {
	t.Helper()
	for _, class := range classes {
		archive, err := txtar.ParseFile(filepath.Join("testdata", class+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			p, err := parse(class, f)
			if err != nil {
				t.Fatalf("testdata/%s.txtar: %s: %v", class, f.Name, err)
			}
			all = append(all, p)
		}
	}
	return all
}

func parse(class string, f txtar.File) (program, error) {
	p := program{class: class, name: f.Name, runs: 1, exit: -1}
	rest := string(f.Data)
	for strings.HasPrefix(rest, "# ") {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		key, value, _ := strings.Cut(line[2:], ": ")
		if err := p.set(key, value); err != nil {
			return p, err
		}
	}
	p.source = rest
	switch {
	case p.tries == "" || !slices.Contains(harms, p.shows):
		return p, fmt.Errorf("it must say what it tries, and how that shows: one of %q", harms)
	case p.plain == "never" && p.why == "":
		return p, fmt.Errorf("it must say why it cannot succeed in plain python")
	}
	return p, nil
}

func (p *program) set(key, value string) (err error) {
	switch key {
	case "tries":
		p.tries = value
	case "shows":
		p.shows = value
	case "plain":
		p.plain = value
	case "because", "unless":
		p.why = value
	case "limit":
		p.limits = strings.Fields(value)
	case "signal":
		p.signal = value
	case "exit":
		p.exit, err = strconv.Atoi(value)
	case "timeout":
		p.timeout, err = time.ParseDuration(value)
	case "runs":
		p.runs, err = strconv.Atoi(value)
	case "alone":
		p.alone = true
	case "beside":
		p.beside = true
	case "terminal":
		p.tty = true
	case "copies":
		p.copies = value
	case "keep":
		p.keep = true
	default:
		return fmt.Errorf("unknown header %q", key)
	}
	return err
}

// TestPrograms (P16): the suite is as large as it says, and nearly all of it is
// proved to be able to succeed.
func TestPrograms(t *testing.T) {
	all, never := load(t), 0
	for i, p := range all {
		if p.plain == "never" {
			never++
		}
		for _, q := range all[:i] {
			if q.name == p.name {
				t.Errorf("two programs are called %q", p.name)
			}
		}
	}
	if len(all) < 130 || never*6 > len(all) {
		t.Errorf("%d programs, %d of them without a proof that they can succeed", len(all), never)
	}
}
