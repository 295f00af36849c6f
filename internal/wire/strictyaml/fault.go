package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// Fault is one thing that is wrong with a file.
type Fault struct {
	Place
	Path    string // the key it is about, dotted: "network.default"; "" for the whole file
	Message string
	Hint    string // what to write instead
	Snippet string // the line with a caret, or ""
}

// String is the fault as a person reads it, over several lines.
func (f Fault) String() string {
	at := visible.Line(f.File)
	if f.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", at, f.Line, max(f.Column, 1))
	}
	lines := []string{at + ": " + visible.Text(f.Message)}
	if f.Snippet != "" {
		lines = append(lines, f.Snippet)
	}
	if f.Hint != "" {
		lines = append(lines, "  write: "+visible.Text(f.Hint))
	}
	return strings.Join(lines, "\n")
}

// Faults is all that is wrong with one or more files, in the order of their lines.
type Faults []Fault

// maxShown bounds the text of an error; the count is always exact.
const maxShown = 50

func (f Faults) Error() string {
	var b strings.Builder
	for i, fault := range f {
		if i == maxShown {
			fmt.Fprintf(&b, "\n… and %d more faults", len(f)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(fault.String())
	}
	return b.String()
}

// Sort orders faults by line within each file and keeps the order of files.
func (f Faults) Sort() {
	order := map[string]int{}
	for _, fault := range f {
		if _, seen := order[fault.File]; !seen {
			order[fault.File] = len(order)
		}
	}
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// Under reports whether the fault is about key or something inside it. A fault
// about the whole file is under every key.
func (f Fault) Under(key string) bool {
	return f.Path == "" || f.Path == key || strings.HasPrefix(f.Path, key+".") || strings.HasPrefix(f.Path, key+"[")
}

func snippet(source []byte, at Place) string {
	return reason.Snippet(source, at.Line, at.Column)
}
