// Package policy turns facts into a decision, by the operator's rules.
//
//	policy.yaml ─▶ Document ─▶ merge with what it extends ─▶ Policy ─▶ Decide: Facts ─▶ Decision + Grant
//
// Two steps implement [interlock.Decider] and run in this order: [Control],
// which settles the execution mode, and [Policy], which applies the rules and
// drafts the grant. [Gateway] ends the line: whether there is equipment to reach.
//
// The rules are data. No name of a module, builtin or path that is refused
// stands in this package: the defaults are the files of the folder policies/,
// which are read like any other. What the package holds instead is what the
// words mean, and each of them means something: a key that nothing in this build
// enforces is an error at load (see later.go), never decoration.
//
// Semantics, all of them tested:
//   - Deny wins over warn, warn over allow. An allow list that is empty allows
//     nothing; without the key everything is allowed but what deny names.
//   - A module's rule covers its submodules; a rule may also name one thing in a
//     module ("os.system"), which covers `from os import system`.
//   - extends: scalars of the file replace those it extends, deny, warn, forbid
//     and redact add up, an allow list (and filesystem.read and .write) replaces.
//   - What analysis is sure of or thinks possible is denied; what it could not
//     resolve is denied only by a rule about exactly that.
//   - A policy that binds can be narrowed by another one (see [Policy.NarrowedBy]):
//     both decide, and nothing is allowed that either refuses.
//
// Deciding is pure and fast: it reads no policy from disk and keeps no state, so
// a Policy is safe for concurrent use. It does resolve symbolic links of the
// script's folder and of inputs, because a link into a forbidden folder is one.
//
// It does not protect by itself. Facts come from static analysis, which code can
// evade; import and builtin rules reach the run as guards inside Python, which
// code can evade too. They give clear errors early. What holds is that the
// sandbox gives the run nothing that is not in the grant.
package policy

import (
	"path/filepath"
	"slices"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Policy is one version of the rules in force. It is immutable.
type Policy struct {
	digest string
	files  []string
	texts  [][]byte  // of files, as they were read
	doc    *Document // all layers merged
	o      Options
	// parts are the policies that hold together, see NarrowedBy; nil is p alone. No
	// part has parts.
	parts []*Policy
	// baseless is set where what the policy extends could not be found, so that nothing
	// can be said to be missing.
	baseless bool

	imports, builtins nameRules
	guards            interlock.Guards
	resources         interlock.Resources
	forbid            []root
	read, write       []string
	channels          interlock.ChannelGrants
	rules             []compiledRule
}

// Options is what the deployment adds to a policy. None of it can widen the
// rules: forbidden paths add up, limits and mounts only narrow.
type Options struct {
	// Home is what ~ stands for, absolute. Where it is "" there is no home folder:
	// ~ in filesystem.read or .write is a fault, in .forbid it names nothing.
	Home string
	// Forbid adds paths that no run may see: the state directory and the
	// configuration. The policy's own files are added by Load.
	Forbid []string
	// Modes is each mode's own environment and access controls.
	Modes map[interlock.ExecutionMode]Mode
	// Visible is what every run sees beside its grant, as the sandbox builds it;
	// nil is [SandboxView].
	Visible []View
	// NotInForce loads files whoever may write them. It is for looking at a
	// policy, never for deciding with it.
	NotInForce bool
}

// Mode is the deployment's word on one execution mode (X7).
type Mode struct {
	Environment interlock.Environment
	// Mounts narrows the policy's filesystem.read in this mode; nil leaves it.
	Mounts []string
	// Forbid adds to the policy's filesystem.forbid in this mode.
	Forbid []string
	// Limits narrows the policy's resources in this mode; a limit of 0 leaves it.
	Limits interlock.Resources
}

// Name implements interlock.Decider.
func (p *Policy) Name() string { return "policy" }

// Digest names this version: the SHA-256, in lower-case hex, of the canonical
// form of every file it came from. Comments and layout do not change it. Where
// policies hold together it is over the digests of all of them.
func (p *Policy) Digest() string { return p.digest }

// Files are the files this version came from, the one that was asked for first
// and what it extends after it; then those of what narrows it, each file once. A
// shipped policy has a bare name.
func (p *Policy) Files() (files []string) {
	for _, part := range p.Parts() {
		for _, name := range part.files {
			if !slices.Contains(files, name) {
				files = append(files, name)
			}
		}
	}
	return files
}

// Redact is the patterns of what must not be recorded, as regular expressions.
func (p *Policy) Redact() []string {
	out := []string{}
	for _, part := range p.Parts() {
		for _, e := range part.doc.Redact {
			out = append(out, string(e.V))
		}
	}
	return out
}

// DemandsApproval reports whether any rule of p may ask for a person, so that a
// deployment knows that approvals are named here.
func (p *Policy) DemandsApproval() bool {
	return slices.ContainsFunc(p.Parts(), (*Policy).demandsApproval)
}

func (p *Policy) demandsApproval() bool {
	a := p.doc.Approval
	asks := func(x Expression) bool { return x.Effect.effect() == interlock.NeedsApproval }
	return p.approvalRequired() || a.ReadOnly.Required.V || a.AllCode.Required.V ||
		p.doc.ControlSystem.UnresolvedWrites.V == AskUnresolved || slices.ContainsFunc(p.doc.Rules, asks)
}

// approvalRequired is approval.write_access.required; absent, it is required.
func (p *Policy) approvalRequired() bool {
	v := p.doc.Approval.WriteAccess.Required
	return !v.Set || v.V
}

// Document is the rules in force, all layers merged, for showing them: those of
// the binding policy where others narrow it.
func (p *Policy) Document() *Document { return p.doc }

func policyLine(at strictyaml.Place) interlock.PolicyLine {
	return interlock.PolicyLine{File: at.File, Line: at.Line}
}

// resolve follows symbolic links; a path that does not exist stays as it is.
func resolve(p string) string {
	if real, err := filepath.EvalSymlinks(p); err == nil {
		return filepath.ToSlash(real)
	}
	return p
}
