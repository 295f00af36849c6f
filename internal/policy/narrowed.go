package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

// NarrowedBy is p and other held together: each decides by itself, on the same
// submission and facts, and what either refuses is refused. The strictest effect
// counts, every reason stays with its own file and line, and the grant is that of
// [Intersect]. So other can only take away, whatever it says.
//
// What is asked of the result for one policy alone (Document) is p's, the binding one's; see [Policy.Parts].
func (p *Policy) NarrowedBy(other *Policy) *Policy {
	out := *p
	out.parts = slices.Concat(p.Parts(), other.Parts())
	h := sha256.New()
	fmt.Fprint(h, "narrowed\n")
	for _, part := range out.parts {
		fmt.Fprintf(h, "%s\n", part.digest)
	}
	out.digest = hex.EncodeToString(h.Sum(nil))
	return &out
}

// Parts are the policies that decide together, the one that binds first; p alone
// where nothing narrows it.
func (p *Policy) Parts() []*Policy {
	if p.parts == nil {
		return []*Policy{p}
	}
	return slices.Clone(p.parts)
}

// Narrowing are the files of what narrows p, as in Files; nil where nothing does.
func (p *Policy) Narrowing() (files []string) {
	for _, part := range p.Parts()[1:] {
		files = append(files, part.files...)
	}
	return files
}

// String is where p is from, in words.
func (p *Policy) String() string {
	var all []string
	for _, part := range p.Parts() {
		all = append(all, strings.Join(part.files, ", which extends "))
	}
	return strings.Join(all, "; narrowed by ")
}

// ForNarrowing are the options for a policy that narrows another one. It need not
// show what the configuration mounts in a mode: the binding one must, and what only
// one of them shows is not seen.
func (o Options) ForNarrowing() Options {
	modes := map[interlock.ExecutionMode]Mode{}
	for mode, m := range o.Modes {
		m.Mounts = nil
		modes[mode] = m
	}
	o.Modes = modes
	return o
}

// unseen adds the paths that each policy shows by itself and the two together do
// not, because they show them in different ways. together has the common grant.
func (v *verdict) unseen(together *verdict) {
	together.paths()
	for _, r := range together.reasons {
		said := func(had interlock.Reason) bool { return had.Source == r.Source && had.Message == r.Message }
		if !slices.ContainsFunc(v.reasons, said) {
			r.Hint = "one policy in force shows it in another way than the other: show it in both by filesystem.script_folder, or in both by filesystem.read or .write"
			v.add(r)
		}
	}
}
