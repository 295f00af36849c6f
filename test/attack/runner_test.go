//go:build linux

package attack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A runner is one way to run a program. Runs of different programs may overlap.
type runner interface {
	name() string  // of the column in the table
	level() string // the isolation level that every run must have
	home() string  // the home folder of the person who runs it
	run(t *testing.T, p program, g *site, script string) outcome
	confirm(t *testing.T) // that the ledger tells of every run what was told
}

// outcome is what a run left and what was said of it.
type outcome struct {
	id, status, level    string
	stdout, stderr       []byte
	all                  []byte // everything that was printed, by whomever
	folder               string // what was kept of the run
	left                 []string
	raw, typed, claimed  bool
	same                 bool // two runs printed the same
	exit                 int
	signal               string
	limit, value, heldBy string
	message              string
	rss                  int64 // bytes, of the largest process of the supervisor and its run
}

// has reports whether word came out of the run in any form that a person or a
// program would find again.
func (o outcome) has(word string) bool {
	found := bytes.Contains(o.all, []byte(word)) || bytes.Contains(o.stdout, []byte(word))
	if o.folder == "" {
		return found
	}
	_ = filepath.WalkDir(o.folder, func(name string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			b, _ := os.ReadFile(name)
			found = found || bytes.Contains(b, []byte(word))
		}
		return nil
	})
	return found
}

// decode reads the JSON of the command line.
func (o *outcome) decode(b []byte) error {
	var r struct {
		ID, Status, Stdout, Stderr string
		Decision                   struct{ Effect string }
		Exit                       struct {
			Code   int
			Signal string
		}
		Limit    *struct{ Name, Value, By string }
		Error    *struct{ Kind, Name, Message string }
		Puts     []any
		Observed struct{ Level string }
	}
	if err := json.Unmarshal(firstLine(b), &r); err != nil {
		return err
	}
	o.id, o.status, o.level = r.ID, r.Status, r.Observed.Level
	o.stdout, o.stderr, o.exit, o.signal = []byte(r.Stdout), []byte(r.Stderr), r.Exit.Code, r.Exit.Signal
	if r.Limit != nil {
		o.limit, o.value, o.heldBy = r.Limit.Name, r.Limit.Value, r.Limit.By
	}
	if r.Error != nil {
		o.message = r.Error.Message
	}
	o.claimed = len(r.Puts) > 0
	if r.Decision.Effect == "deny" {
		return fmt.Errorf("the code was refused before it ran")
	}
	return nil
}

func firstLine(b []byte) []byte {
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		if bytes.HasPrefix(line, []byte("{")) {
			return line
		}
	}
	return nil
}
