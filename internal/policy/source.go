package policy

import (
	"path/filepath"
	"slices"

	interlock "github.com/interlock-run/interlock"
)

// Source is one file that a policy came from, as it was when it was read.
type Source struct {
	Name   string // an absolute path, or the bare name of a shipped policy
	Text   []byte // read, never changed
	SHA256 string // of Text, lower-case hex
}

// Shipped reports whether the file came with the program.
func (s Source) Shipped() bool { return !filepath.IsAbs(s.Name) }

// Sources are the files that this version came from with their contents, in the
// order of [Policy.Files].
func (p *Policy) Sources() []Source {
	out := make([]Source, 0, len(p.files))
	for i, name := range p.files {
		text := slices.Clone(p.texts[i])
		out = append(out, Source{Name: name, Text: text, SHA256: interlock.SourceDigest(text)})
	}
	return out
}
