package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// nameRules is one section of rules about dotted names, compiled.
type nameRules struct {
	what    string // "import of" or "use of"
	section string // "imports" or "builtins"
	allow   map[string]Rule
	only    bool             // an allow list was given, even an empty one
	at      strictyaml.Place // of the allow list
	warn    map[string]Rule
	deny    map[string]Rule
}

func compileNames(what, section string, allow, warn, deny []Rule) nameRules {
	return nameRules{what: what, section: section, allow: byName(allow), warn: byName(warn), deny: byName(deny)}
}

// byName keeps the last of several rules on one name: that of the file which extends.
func byName(rules []Rule) map[string]Rule {
	m := make(map[string]Rule, len(rules))
	for _, r := range rules {
		m[r.Name] = r
	}
	return m
}

// covering returns the most specific rule on name or on a package it is in.
func covering(rules map[string]Rule, name string) (Rule, bool) {
	for {
		if r, ok := rules[name]; ok {
			return r, true
		}
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			return Rule{}, false
		}
		name = name[:i]
	}
}

// judge returns the reason about one of names, spellings of the same thing, or
// false where nothing speaks against it. exempt is not held to the allow list.
func (n *nameRules) judge(exempt bool, names ...string) (interlock.Reason, bool) {
	for _, name := range names {
		if r, ok := covering(n.deny, name); ok {
			return interlock.Reason{Rule: n.section + ".deny", Effect: interlock.Deny, Policy: policyLine(r.Place),
				Message: n.sentence(r), Hint: n.wayOut(r)}, true
		}
	}
	if n.only && !exempt && !n.allowed(names) {
		return interlock.Reason{Rule: n.section + ".allow", Effect: interlock.Deny, Policy: policyLine(n.at),
			Message: fmt.Sprintf("%s %s is refused: %s.allow does not list it", n.what, names[0], n.section),
			Hint:    n.allowHint(names[0])}, true
	}
	for _, name := range names {
		if r, ok := covering(n.warn, name); ok {
			return interlock.Reason{Rule: n.section + ".warn", Effect: interlock.Warn, Policy: policyLine(r.Place),
				Message: fmt.Sprintf("%s %s%s", n.what, r.Name, because(r))}, true
		}
	}
	return interlock.Reason{}, false
}

// allowHint is what is said where the allow list does not have name.
func (n *nameRules) allowHint(name string) string {
	where := place(n.at)
	if isShipped(strings.TrimSuffix(n.at.File, ".yaml")) {
		where += ", in a copy of that file to extend instead of it"
	}
	return fmt.Sprintf("allowed are %s; an operator who wants it adds `- %s` to %s.allow (%s)", n.list(), name, n.section, where)
}

func (n *nameRules) allowed(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, ok := covering(n.allow, name)
		return ok
	})
}

// sentence is what a refusal by r says: the same in the decision and in the
// exception that the guard inside Python raises.
func (n *nameRules) sentence(r Rule) string {
	return fmt.Sprintf("%s %s is refused%s", n.what, r.Name, because(r))
}

func because(r Rule) string {
	if r.Reason == "" {
		return " by the policy"
	}
	return ": " + r.Reason
}

func (n *nameRules) wayOut(r Rule) string {
	switch {
	case installs[r.Name] && n.section == "imports":
		return installHint
	case r.Unless != "":
		return fmt.Sprintf("do without it; an operator lifts the rule (%s) by allowing what the module is for: %s", place(r.Place), unlessLines[r.Unless])
	}
	where := place(r.Place)
	if isShipped(strings.TrimSuffix(r.File, ".yaml")) {
		where += ", in a copy of that file to extend instead of it"
	}
	return fmt.Sprintf("do without it; an operator who wants it takes %s out of %s.deny (%s)", r.Name, n.section, where)
}

// installs are modules whose only use is to install packages.
var installs = map[string]bool{"pip": true, "ensurepip": true, "venv": true}

const installHint = "leave it out; ask the operator to install into the environment: python -m pip install PACKAGE; or run with --env and an environment that has it"

// unlessLines are what an operator writes to lift a rule.
var unlessLines = map[Unless]string{
	"network.allow":  "`network: {allow: [\"HOST:443\"]}`",
	"commands.allow": "`commands: {allow: [/usr/bin/PROGRAM]}`",
}

func place(at strictyaml.Place) string {
	return fmt.Sprintf("%s:%d", at.File, at.Line)
}

// list is the allow list for a sentence, cut where it is long.
func (n *nameRules) list() string {
	names := n.allowNames()
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > 12:
		return strings.Join(names[:12], ", ") + fmt.Sprintf(" and %d more", len(names)-12)
	}
	return strings.Join(names, ", ")
}

func (n *nameRules) allowNames() []string {
	names := make([]string, 0, len(n.allow))
	for name := range n.allow {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// guard is the section as the user's module is held to it inside Python.
func (n *nameRules) guard() interlock.GuardRules {
	g := interlock.GuardRules{AllowOnly: n.only}
	if n.only {
		g.Allow, g.AllowHint = n.allowNames(), n.allowHint(interlock.NameInHint)
	}
	for _, r := range n.deny {
		g.Deny = append(g.Deny, interlock.GuardRule{Name: r.Name, Message: n.sentence(r), Hint: n.wayOut(r)})
	}
	slices.SortFunc(g.Deny, func(a, b interlock.GuardRule) int { return cmp.Compare(a.Name, b.Name) })
	return g
}
