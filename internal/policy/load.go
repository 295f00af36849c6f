package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
	"github.com/interlock-run/interlock/policies"
)

// maxLayers bounds a chain of extends.
const maxLayers = 8

// Shipped are the names of the policies that ship with the program.
func Shipped() []string {
	var names []string
	entries, _ := fs.ReadDir(policies.Shipped, ".") // an embedded folder cannot fail to list
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Load reads the policy file at path and what it extends. The error is an
// *interlock.Error with all faults of all files.
func Load(path string, o Options) (*Policy, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, loadError(path, err)
	}
	return load(layer{path: abs}, o)
}

// LoadShipped reads the policy called name that ships with the program.
func LoadShipped(name string, o Options) (*Policy, error) {
	return load(layer{shipped: name}, o)
}

// layer is one file of a chain: a shipped one by name, or a path.
type layer struct{ shipped, path string }

func (l layer) name() string {
	if l.shipped != "" {
		return l.shipped + ".yaml"
	}
	return l.path
}

func (l layer) read(o Options) ([]byte, error) {
	switch {
	case l.shipped != "":
		return fs.ReadFile(policies.Shipped, l.shipped+".yaml")
	case o.NotInForce:
		return strictyaml.ReadAny(l.path)
	}
	return strictyaml.ReadTrusted(l.path)
}

// next is the layer that base names from l.
func (l layer) next(base string) (layer, error) {
	isFile := strings.HasSuffix(base, ".yaml") || strings.HasSuffix(base, ".yml")
	switch {
	case !isFile && isShipped(base):
		return layer{shipped: base}, nil
	case !isFile, strings.ContainsAny(base, `/\`), l.shipped != "":
		return layer{}, fmt.Errorf("extends names %q, which is neither a shipped policy nor a .yaml file in the same folder", base)
	}
	return layer{path: filepath.Join(filepath.Dir(l.path), base)}, nil
}

func isShipped(name string) bool {
	for _, s := range Shipped() {
		if s == name {
			return true
		}
	}
	return false
}

// chain is the layers of a policy, the one that was asked for first.
type chain struct {
	files  []*strictyaml.File
	docs   []*Document
	faults strictyaml.Faults
	// baseless: what one of them extends is not known.
	baseless bool
}

func load(first layer, o Options) (*Policy, error) {
	var c chain
	if err := c.read(first, o); err != nil {
		return nil, loadError(first.name(), err)
	}
	p := &Policy{o: o, doc: c.merged(), digest: c.digest(), baseless: c.baseless}
	for _, f := range c.files {
		p.files, p.texts = append(p.files, f.Name), append(p.texts, f.Source)
	}
	limits, faults := p.readLimits()
	c.faults = append(c.faults, faults...)
	if limits != nil {
		p.digest, p.texts = withLimits(p.digest, limits), append(p.texts, limits)
	}
	if !c.broken() { // of a file that is not YAML nothing can be said to be missing
		c.faults = append(c.faults, p.compile()...)
	}
	for _, f := range c.files {
		f.Quote(c.faults)
	}
	if len(c.faults) > 0 {
		return nil, faultsError(c.faults)
	}
	return p, nil
}

// read follows extends from l. What is wrong inside a file is collected; a file
// that cannot be read ends it.
func (c *chain) read(l layer, o Options) error {
	for seen := map[string]bool{}; ; {
		source, err := l.read(o)
		if err != nil {
			return fmt.Errorf("reading the policy: %w", err)
		}
		seen[resolve(l.name())] = true
		f, doc := strictyaml.Parse(l.name(), source), &Document{}
		strictyaml.Decode(f, doc, later)
		c.files, c.docs = append(c.files, f), append(c.docs, doc)
		c.faults = append(c.faults, f.Faults...)
		if !f.Broken && !doc.Version.Set {
			c.add(strictyaml.Place{File: f.Name, Line: 1, Column: 1}, "version", "the policy does not say its version", "version: 1")
		}
		base := doc.Extends
		if !base.Set || base.V == "" {
			return nil
		}
		next, err := l.next(string(base.V))
		switch {
		case err != nil:
			c.baseless = true
			c.add(base.Place, "extends", err.Error(), "one of "+strings.Join(Shipped(), ", ")+", or a .yaml file in the same folder")
			return nil
		case seen[resolve(next.name())]:
			c.add(base.Place, "extends", fmt.Sprintf("extends goes in a circle: %s is read already", next.name()), "a policy that does not lead back here")
			return nil
		case len(c.files) == maxLayers:
			c.add(base.Place, "extends", fmt.Sprintf("more than %d policies extend each other", maxLayers), "fewer, larger files")
			return nil
		}
		l = next
	}
}

func (c *chain) broken() bool {
	return slices.ContainsFunc(c.files, func(f *strictyaml.File) bool { return f.Broken })
}

func (c *chain) add(at strictyaml.Place, path, message, hint string) {
	c.faults = append(c.faults, strictyaml.Fault{Place: at, Path: path, Message: message, Hint: hint})
}

// faultsError is the one error for everything that is wrong with a policy.
func faultsError(faults strictyaml.Faults) *interlock.Error {
	n := "1 fault"
	if len(faults) != 1 {
		n = fmt.Sprintf("%d faults", len(faults))
	}
	return &interlock.Error{Kind: interlock.Configuration, Name: "policy_invalid", Code: interlock.ExitUsage,
		Message: fmt.Sprintf("the policy is not in force: %s\n%s", n, faults.Error()),
		Hint:    "correct the file and run `interlock policy check`"}
}

func loadError(name string, err error) *interlock.Error {
	e := &interlock.Error{Kind: interlock.Configuration, Name: "policy_unreadable", Code: interlock.ExitUsage,
		Message: fmt.Sprintf("policy %s cannot be used: %v", name, err),
		Hint:    "name a policy that you can read with --policy, or write one with `interlock init`"}
	if insecure := (*strictyaml.InsecureError)(nil); errors.As(err, &insecure) {
		e.Name, e.Hint = "policy_insecure", "only root or you may write a policy: "+insecure.Fix
	}
	if errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, "/") {
		e.Hint = "shipped policies are " + strings.Join(Shipped(), ", ")
	}
	return e
}
