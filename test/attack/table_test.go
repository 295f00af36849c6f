//go:build linux

package attack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// table is the report: program by way of running it.
type table struct {
	mu    sync.Mutex
	ways  []string
	cells map[[2]string]string // by way and program
}

func newTable() *table { return &table{cells: map[[2]string]string{}} }

// start begins a column.
func (b *table) start(way string) { b.ways = append(b.ways, way) }

// add fills a cell; took is what the program cost from first to last.
func (b *table) add(way string, p program, word string, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cells[[2]string{way, p.name}] = fmt.Sprintf("%s %.1fs", word, took.Seconds())
}

func (b *table) print(t *testing.T, programs []program) {
	var text strings.Builder
	proved := 0
	for _, p := range programs {
		if strings.HasPrefix(b.cells[[2]string{"plain", p.name}], "succeeds") {
			proved++
		}
	}
	fmt.Fprintf(&text, "%d programs as uid %d, %d of them seen to succeed in plain python: %s\n", len(programs), os.Getuid(), proved, strings.Join(b.ways, " | "))
	for _, p := range programs {
		fmt.Fprintf(&text, "%-12s %-58s", p.class, p.name)
		for _, way := range b.ways {
			cell := b.cells[[2]string{way, p.name}]
			if cell == "" {
				cell = "not today"
			}
			fmt.Fprintf(&text, " | %s", cell)
		}
		fmt.Fprintln(&text)
	}
	t.Log("\n" + text.String())
	if name := os.Getenv("INTERLOCK_ATTACK_TABLE"); name != "" {
		if err := os.WriteFile(filepath.Clean(name), []byte(text.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}
