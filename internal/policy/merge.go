package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/interlock-run/interlock/internal/wire/canonical"
)

// merged folds the chain from its base up.
func (c *chain) merged() *Document {
	doc := *c.docs[len(c.docs)-1]
	for _, above := range slices.Backward(c.docs[:len(c.docs)-1]) {
		doc = above.over(&doc)
	}
	return &doc
}

// over returns d laid over base: scalars and allow lists of d replace, deny,
// warn, forbid and redact lists add up.
func (d *Document) over(base *Document) Document {
	m := *d
	m.Imports = Imports{Allow: d.Imports.Allow.Or(base.Imports.Allow),
		Warn: slices.Concat(base.Imports.Warn, d.Imports.Warn), Deny: slices.Concat(base.Imports.Deny, d.Imports.Deny)}
	m.Builtins = Builtins{Allow: d.Builtins.Allow.Or(base.Builtins.Allow),
		Warn: slices.Concat(base.Builtins.Warn, d.Builtins.Warn), Deny: slices.Concat(base.Builtins.Deny, d.Builtins.Deny)}
	m.Filesystem = Filesystem{
		ScriptFolder: d.Filesystem.ScriptFolder.Or(base.Filesystem.ScriptFolder),
		Read:         d.Filesystem.Read.Or(base.Filesystem.Read),
		Write:        d.Filesystem.Write.Or(base.Filesystem.Write),
		Forbid:       slices.Concat(base.Filesystem.Forbid, d.Filesystem.Forbid),
	}
	m.Network.Default = d.Network.Default.Or(base.Network.Default)
	m.Network.Allow = d.Network.Allow.Or(base.Network.Allow)
	m.Commands.Default = d.Commands.Default.Or(base.Commands.Default)
	m.Commands.Allow = d.Commands.Allow.Or(base.Commands.Allow)
	m.ControlSystem.UnresolvedWrites = d.ControlSystem.UnresolvedWrites.Or(base.ControlSystem.UnresolvedWrites)
	m.ControlSystem.EPICS.Read = Channels{
		Allow: d.ControlSystem.EPICS.Read.Allow.Or(base.ControlSystem.EPICS.Read.Allow),
		Deny:  slices.Concat(base.ControlSystem.EPICS.Read.Deny, d.ControlSystem.EPICS.Read.Deny),
	}
	m.Resources = d.Resources.over(base.Resources)
	m.Isolation.Minimum = d.Isolation.Minimum.Or(base.Isolation.Minimum)
	m.ControlSystem.EPICS.Write = Writes{
		LimitsFile: d.ControlSystem.EPICS.Write.LimitsFile.Or(base.ControlSystem.EPICS.Write.LimitsFile),
		Channels:   d.ControlSystem.EPICS.Write.Channels.Or(base.ControlSystem.EPICS.Write.Channels),
		Deny:       slices.Concat(base.ControlSystem.EPICS.Write.Deny, d.ControlSystem.EPICS.Write.Deny),
	}
	m.Packages = Packages{Allow: d.Packages.Allow.Or(base.Packages.Allow), Deny: slices.Concat(base.Packages.Deny, d.Packages.Deny),
		Indexes: d.Packages.Indexes.Or(base.Packages.Indexes), Sources: d.Packages.Sources.Or(base.Packages.Sources)}
	m.Rules = slices.Concat(base.Rules, d.Rules)
	m.Approval = Approval{WriteAccess: d.Approval.WriteAccess.over(base.Approval.WriteAccess),
		ReadOnly: d.Approval.ReadOnly.over(base.Approval.ReadOnly), AllCode: d.Approval.AllCode.over(base.Approval.AllCode)}
	m.Redact = slices.Concat(base.Redact, d.Redact)
	return m
}

func (r Resources) over(base Resources) Resources {
	return Resources{
		Wall: r.Wall.Or(base.Wall), CPU: r.CPU.Or(base.CPU), Memory: r.Memory.Or(base.Memory),
		Processes: r.Processes.Or(base.Processes), OpenFiles: r.OpenFiles.Or(base.OpenFiles),
		Output: r.Output.Or(base.Output), Stdout: r.Stdout.Or(base.Stdout), Stderr: r.Stderr.Or(base.Stderr), Line: r.Line.Or(base.Line),
		File: r.File.Or(base.File), Workspace: r.Workspace.Or(base.Workspace), Inodes: r.Inodes.Or(base.Inodes), Shm: r.Shm.Or(base.Shm),
		Results: r.Results.Or(base.Results), Figures: r.Figures.Or(base.Figures), Figure: r.Figure.Or(base.Figure),
		Outputs: r.Outputs.Or(base.Outputs), Strict: r.Strict.Or(base.Strict),
	}
}

// digest covers every layer's values in canonical form, so that neither a
// comment nor the order of keys makes another version, and a change in an
// extended file does. A file that has no values has nothing in it to cover.
func (c *chain) digest() string {
	h := sha256.New()
	for _, f := range c.files {
		text, err := canonical.Marshal(f.Root.Value())
		if err != nil {
			text = f.Source // a tree that has no canonical form was faulted already
		}
		fmt.Fprintf(h, "policy %d\n", len(text))
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// withLimits is the version of a policy that has a limits file with these bytes.
func withLimits(digest string, source []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\nlimits %d\n", digest, len(source))
	h.Write(source)
	return hex.EncodeToString(h.Sum(nil))
}
