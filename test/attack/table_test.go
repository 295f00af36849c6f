//go:build linux

package attack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// table is the report: program by runner.
type table struct {
	mu    sync.Mutex
	cells map[string][]string
}

func (b *table) add(p program, word string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cells[p.name] = append(b.cells[p.name], word)
}

func (b *table) print(t *testing.T, programs []program) {
	var text strings.Builder
	proved := 0
	for _, p := range programs {
		if len(b.cells[p.name]) > 0 && b.cells[p.name][0] == "succeeds" {
			proved++
		}
	}
	fmt.Fprintf(&text, "%d programs as uid %d, %d of them seen to succeed in plain python: plain | namespaces | landlock\n", len(programs), os.Getuid(), proved)
	for _, p := range programs {
		fmt.Fprintf(&text, "%-12s %-58s %s\n", p.class, p.name, strings.Join(b.cells[p.name], " | "))
	}
	t.Log("\n" + text.String())
	if name := os.Getenv("INTERLOCK_ATTACK_TABLE"); name != "" {
		if err := os.WriteFile(filepath.Clean(name), []byte(text.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}
