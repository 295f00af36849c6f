package analysis

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Site is a site's own tables of libraries, read at once, so that one analysis
// never sees two versions of them. It is immutable. nil is a site without any.
type Site struct {
	dir     string
	tables  map[string]*table
	modules map[string]bool // no business of the control system
	files   []string
	digest  string
}

// LoadSite reads the tables in dir, all *.yaml and modules.txt; a folder that does
// not exist has none, and "" is nil. What is wrong with tables is
// strictyaml.Faults, each with file, line and column. A file that others could
// have written is an error too: a table says what counts as a write.
func LoadSite(dir string) (*Site, error) {
	if dir == "" {
		return nil, nil
	}
	s := &Site{dir: dir, tables: map[string]*table{}}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the site's tables: %w", err)
	}
	var faults strictyaml.Faults
	sums := []string{dir}
	for _, e := range entries {
		b, err := s.read(e.Name())
		if faults = append(faults, faultsOf(err)...); err != nil && faultsOf(err) == nil {
			return nil, fmt.Errorf("reading the site's tables: %w", err)
		}
		sums = append(sums, e.Name(), interlock.SourceDigest(b))
	}
	if len(faults) > 0 {
		return nil, faults
	}
	s.digest = interlock.SourceDigest([]byte(strings.Join(sums, "\n")))
	return s, nil
}

// read takes one file of the folder, unless it is none of ours.
func (s *Site) read(name string) ([]byte, error) {
	module, isTable := strings.CutSuffix(name, ".yaml")
	if !isTable && name != "modules.txt" {
		return nil, nil
	}
	path := filepath.Join(s.dir, name)
	b, err := strictyaml.ReadTrusted(path)
	var insecure *strictyaml.InsecureError
	if errors.As(err, &insecure) {
		return nil, fmt.Errorf("%w; only root or you may write it: %s", err, insecure.Fix)
	}
	if err != nil {
		return nil, err
	}
	s.files = append(s.files, path)
	if !isTable {
		s.modules = words(string(b))
		return b, nil
	}
	s.tables[module], err = decodeTable(module, path, b)
	return b, err
}

// Files are what a change shows in: the folder, which may not exist, and what was
// read from it.
func (s *Site) Files() []string {
	if s == nil {
		return nil
	}
	return append([]string{s.dir}, s.files...)
}

// Digest stands for what the tables say; "" for none.
func (s *Site) Digest() string {
	if s == nil {
		return ""
	}
	return s.digest
}

// Modules are the modules that have a table of the site's, sorted.
func (s *Site) Modules() []string {
	if s == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.tables))
}

// SetSite makes s the site's tables, from the next Analyse on.
func (a *Analyser) SetSite(s *Site) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.Digest() != a.site.Digest() {
		a.tables = nil // made anew at the next use
	}
	a.site = s
}
