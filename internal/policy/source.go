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
	// Narrows says that the file is of a policy that narrows the binding one.
	Narrows bool
}

// Shipped reports whether the file came with the program.
func (s Source) Shipped() bool { return !filepath.IsAbs(s.Name) }

// Sources are the files that this version came from with their contents, in the
// order of [Policy.Files]: a file that several policies extend stands there once.
func (p *Policy) Sources() (out []Source) {
	for n, part := range p.Parts() {
		for i, name := range part.files {
			if !slices.ContainsFunc(out, func(had Source) bool { return had.Name == name }) {
				text := slices.Clone(part.texts[i])
				out = append(out, Source{Name: name, Text: text, SHA256: interlock.SourceDigest(text), Narrows: n > 0})
			}
		}
	}
	return out
}
