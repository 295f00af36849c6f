package analysis

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
)

//go:embed tables/*.yaml data/*.txt
var embedded embed.FS

// tables holds what is known of libraries. A table is read when the first
// script imports its module: at start nothing is decoded. Safe for concurrent use.
type tables struct {
	site *Site

	mu   sync.Mutex
	libs map[string]*table // nil for "has none"
	err  error             // of the first table that could not be read

	stdlib, science map[string]bool
	verbs, stores   map[string]bool
	host            *hostTable
	specials        map[string]special
	higher          map[string]higher
	tools           map[string]*cliTool // nil until a command is met
}

// newTables reads the lists that every analysis needs.
func newTables(site *Site) (*tables, error) {
	t := &tables{site: site, libs: map[string]*table{}, specials: specials(), higher: higherOrder()}
	var err error
	for name, into := range map[string]*map[string]bool{"stdlib": &t.stdlib, "science": &t.science,
		"verbs": &t.verbs, "stores": &t.stores} {
		if *into, err = wordList(name); err != nil {
			return nil, err
		}
	}
	if site != nil {
		maps.Copy(t.science, site.modules)
	}
	t.host, err = readHostTable()
	return t, err
}

// wordList reads a list of words, with comments from "#".
func wordList(name string) (map[string]bool, error) {
	b, err := embedded.ReadFile("data/" + name + ".txt")
	if err != nil {
		return nil, fmt.Errorf("reading the list %q: %w", name, err)
	}
	return words(string(b)), nil
}

func words(text string) map[string]bool {
	m := make(map[string]bool, 512)
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.Fields(line) {
			m[word] = true
		}
	}
	return m
}

// library returns the table of a top-level module, nil if it has none. A table
// that cannot be read is an error of the whole analysis: see failed.
func (t *tables) library(module string) *table {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.load(module, 0)
}

func (t *tables) load(module string, depth int) *table {
	if lib, ok := t.libs[module]; ok {
		return lib
	}
	lib, err := t.read(module)
	if err != nil {
		t.err = errors.Join(t.err, err)
	}
	if lib != nil && lib.SameAs != "" && depth < 4 {
		lib = t.load(lib.SameAs, depth+1)
	}
	t.libs[module] = lib
	return lib
}

// read finds and decodes a table: the site's own first.
func (t *tables) read(module string) (*table, error) {
	if module == "" || strings.ContainsAny(module, "/\\") || strings.HasPrefix(module, "_") {
		return nil, nil
	}
	if t.site != nil && t.site.tables[module] != nil {
		return t.site.tables[module], nil
	}
	b, err := embedded.ReadFile("tables/" + module + ".yaml")
	if err != nil {
		return nil, nil // not a control library
	}
	return decodeTable(module, module+".yaml", b)
}

// failed returns why a table that was asked for could not be read.
func (t *tables) failed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// verb reports whether a method of that name writes in some control library.
func (t *tables) verb(name string) bool { return t.verbs[name] }

// root is the top-level module of a dotted path.
func root(path string) string {
	head, _, _ := strings.Cut(path, ".")
	return head
}

func lastDot(path string) int { return strings.LastIndexByte(path, '.') }

func cutDot(path string) (head, tail string, found bool) { return strings.Cut(path, ".") }

// known reports whether a path lies in a library that is known not to touch the
// control system.
func (w *walker) known(path string) bool {
	top := root(path)
	if lib := w.tables.library(top); lib != nil {
		return lib.harmless(path)
	}
	return w.tables.stdlib[top] || w.tables.science[top]
}

// plainLibrary reports whether any attribute of path may be taken without a word:
// a library that neither touches the control system nor the interpreter's insides.
func (w *walker) plainLibrary(path string) bool {
	switch root(path) {
	case "os", "sys", "builtins", "importlib", "subprocess", "ctypes", "types", "inspect", "gc", "pty", "posix":
		return false
	}
	return w.known(path)
}
