package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy/pep440"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Packages decides what code gets that asks to install something. Nothing is
// ever installed during a run: what is allowed is told how it gets into the
// environment, and what is not is refused by its own rule.
type Packages struct {
	Allow   optional[[]PackageRule]   `json:"allow,omitempty" jsonschema_description:"The only packages, with versions, that may be asked for. An empty list allows none; without this key all are allowed but the denied ones. Allowed means that the answer says how an operator adds it: no run installs anything."`
	Deny    []PackageRule             `json:"deny,omitempty" jsonschema_description:"Packages, or versions of them, that are refused. Deny wins over allow."`
	Indexes optional[[]PackageIndex]  `json:"indexes,omitempty" jsonschema_description:"Package indexes that a request may name: default (the one the environment is configured for) and https addresses. Without this key only default."`
	Sources optional[[]PackageSource] `json:"sources,omitempty" jsonschema_description:"Where a package may come from: index, url (an archive), vcs (a repository), path (a folder or file). Without this key only index."`
}

// PackageRule is one package with the versions that are meant, written as a
// requirement ("numpy>=1.26") or as {package, reason}.
type PackageRule struct {
	Text   string // as written
	Name   string // normalised
	Set    pep440.Set
	Reason string
	strictyaml.Place
}

var requirementPattern = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[A-Za-z0-9._,\s-]*\])?\s*(.*)$`)

// parseRequirement splits a requirement without a marker or an address.
func parseRequirement(text string) (name string, set pep440.Set, err error) {
	plain, _, _ := strings.Cut(text, ";")
	m := requirementPattern.FindStringSubmatch(strings.TrimSpace(plain))
	if m == nil {
		return "", nil, fmt.Errorf("%q is not the name of a package", text)
	}
	set, err = pep440.ParseSet(strings.Trim(m[2], "() "))
	return normalName(m[1]), set, err
}

var separators = regexp.MustCompile(`[-_.]+`)

// normalName is a package's name as PEP 503 compares it.
func normalName(name string) string { return strings.ToLower(separators.ReplaceAllString(name, "-")) }

// DecodeYAML implements strictyaml.Decoder.
func (r *PackageRule) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "a package, with versions where not all are meant: numpy, or \"numpy>=1.26,<3\""
	var long struct {
		Package string `json:"package"`
		Reason  string `json:"reason"`
	}
	r.Place = n.Place
	if n.Kind == strictyaml.Mapping {
		c.Into(n, &long)
		r.Text, r.Reason = long.Package, long.Reason
	} else if c.Want(n, strictyaml.String, hint) {
		r.Text = n.Text
	} else {
		return
	}
	if strings.ContainsAny(r.Text, ";@[") {
		c.Fault(n, fmt.Sprintf("%q says more than a package and its versions", r.Text), hint)
		return
	}
	var err error
	if r.Name, r.Set, err = parseRequirement(r.Text); err != nil {
		c.Fault(n, err.Error(), hint)
	}
}

// PackageIndex is default or the https address of a package index.
type PackageIndex string

// DecodeYAML implements strictyaml.Decoder.
func (i *PackageIndex) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = `default, or an address: "https://packages.example.org/simple"`
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	if *i = PackageIndex(strings.TrimSuffix(n.Text, "/")); n.Text != "default" && (!strings.HasPrefix(n.Text, "https://") || strings.ContainsAny(n.Text, " @")) {
		c.Fault(n, fmt.Sprintf("%q is not a package index", n.Text), hint)
	}
}

// PackageSource is a kind of place that packages come from.
type PackageSource string

// DecodeYAML implements strictyaml.Decoder.
func (s *PackageSource) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	word(n, c, (*string)(s), "index", "url", "vcs", "path")
}

// originOf says where a word of an install command has its package from.
func originOf(word string) PackageSource {
	if _, address, ok := strings.Cut(word, " @ "); ok {
		word = address
	}
	scheme, _, isURL := strings.Cut(word, "://")
	switch {
	case isURL && strings.ContainsRune(scheme, '+'), strings.HasPrefix(word, "git@"):
		return "vcs"
	case isURL && scheme == "file", strings.ContainsAny(word, `/\`) && !isURL, word == ".", strings.HasSuffix(word, ".whl"), strings.HasSuffix(word, ".tar.gz"), strings.HasSuffix(word, ".zip"):
		return "path"
	case isURL:
		return "url"
	}
	return "index"
}

// JudgePackage returns what speaks against a request for one package, word being
// what stands in an install command, or what the policy lets an operator install.
// It is the rule that an installer has to keep. Where policies hold together, each
// that has an allow list adds its versions to install.
func (p *Policy) JudgePackage(word string) (install string, r interlock.Reason, refused bool) {
	install = word
	for _, part := range p.Parts() {
		own, reason, no := part.judgePackage(word)
		if no {
			return "", reason, true
		}
		r = reason
		versions := strings.IndexAny(own, "<>=!~")
		switch {
		case own == word:
		case install == word || versions < 0:
			install = own
		default:
			install += "," + own[versions:]
		}
	}
	return install, r, false
}

func (p *Policy) judgePackage(word string) (install string, r interlock.Reason, refused bool) {
	rules := p.doc.Packages
	r = interlock.Reason{Effect: interlock.Deny, Hint: "do without it, or ask the operator, who decides on packages in the policy"}
	if from := originOf(word); !slices.Contains(rules.Sources.V, from) && (rules.Sources.Set || from != "index") {
		r.Rule, r.Policy = "packages.sources", policyLine(rules.Sources.Place)
		r.Message = fmt.Sprintf("installing %s is refused: packages.sources does not list %s", clipped(word), from)
		return "", r, true
	} else if from != "index" {
		return word, r, false
	}
	name, set, err := parseRequirement(word)
	if err != nil {
		r.Rule, r.Message = "packages", fmt.Sprintf("installing %s is refused: %v", clipped(word), err)
		return "", r, true
	}
	pin, pinned := set.Pinned()
	for _, d := range rules.Deny {
		if d.Name == name && (len(d.Set) == 0 || pinned && d.Set.Holds(pin)) {
			r.Rule, r.Policy = "packages.deny", policyLine(d.Place)
			r.Message = fmt.Sprintf("installing %s is refused%s", clipped(word), because(Rule{Reason: d.Reason}))
			return "", r, true
		}
	}
	return p.allowedPackage(word, name, pin, pinned, r)
}

func (p *Policy) allowedPackage(word, name string, pin pep440.Version, pinned bool, r interlock.Reason) (string, interlock.Reason, bool) {
	allow := p.doc.Packages.Allow
	if !allow.Set {
		return word, r, false
	}
	r.Rule, r.Policy = "packages.allow", policyLine(allow.Place)
	var versions []string
	for _, a := range allow.V {
		if a.Name == name && (!pinned || a.Set.Holds(pin)) {
			if pinned || len(a.Set) == 0 {
				return word, r, false
			}
			return name + a.Set.String(), r, false
		}
		if a.Name == name {
			versions = append(versions, a.Text)
		}
	}
	if r.Message = fmt.Sprintf("installing %s is refused: packages.allow does not list it", clipped(word)); len(versions) > 0 {
		r.Message = fmt.Sprintf("installing %s is refused: packages.allow has %s", clipped(word), strings.Join(versions, " and "))
	}
	r.Hint = fmt.Sprintf("an operator who wants it adds `- %q` to packages.allow (%s)", word, place(allow.Place))
	return "", r, true
}

var indexOption = regexp.MustCompile(`(?:--index-url|--extra-index-url|--find-links|--index|(?:^|[\s'",\[])-[if])['"]?(?:\s*[=,]\s*|\s+)['"]?([^\s'",\])]+)`)

// foreignIndex is an index that the command names and the policy does not.
func (p *Policy) foreignIndex(text string) (string, bool) {
	for _, m := range indexOption.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(p.doc.Packages.Indexes.V, PackageIndex(strings.TrimSuffix(m[1], "/"))) {
			return m[1], true
		}
	}
	return "", false
}

// installs answers requests to install. Each is refused, because nothing is
// installed during a run; the reason says whether asking the operator helps.
func (v *verdict) installs() {
	for _, i := range v.f.Installs {
		if index, foreign := v.p.foreignIndex(i.Text); foreign {
			at := v.p.doc.Packages.Indexes
			v.add(interlock.Reason{Rule: "packages.indexes", Effect: interlock.Deny, Source: i.Pos, Policy: policyLine(at.Place),
				Message: fmt.Sprintf("installing from %s is refused: packages.indexes does not list it", clipped(index)),
				Hint:    "leave the index out; an operator who trusts it writes " + v.p.writeIndex(index)})
		}
		var allowed []string
		for _, word := range i.Packages {
			install, r, refused := v.p.judgePackage(word)
			if refused {
				r.Source = i.Pos
				v.add(r)
				continue
			}
			allowed = append(allowed, install)
		}
		v.notNow(i, allowed)
	}
}

// writeIndex is the line that lets index be named. Without the key only default is.
func (p *Policy) writeIndex(index string) string {
	indexes := p.doc.Packages.Indexes
	if !indexes.Set {
		return fmt.Sprintf("`packages: {indexes: [default, %q]}`", index)
	}
	var has []string
	for _, i := range indexes.V {
		has = append(has, yamlWord(string(i)))
	}
	return interlock.WriteList("packages: {indexes: [%s]}", has, strconv.Quote(index))
}

// notNow is the answer to what the policy allows, or to a request that names nothing.
func (v *verdict) notNow(i interlock.Install, allowed []string) {
	if len(allowed) == 0 && len(i.Packages) > 0 {
		return
	}
	r := interlock.Reason{Rule: "packages", Effect: interlock.Deny, Source: i.Pos, Policy: policyLine(v.p.doc.Commands.Default.Place),
		Message: "installing packages from inside the code is refused" + shown(": ", strings.Join(i.Packages, " "), ""),
		Hint:    strings.TrimSpace("leave it out; ask the operator to install into the environment: python -m pip install "+quoted(allowed)) + "; or run with --env and an environment that has it"}
	if at := v.p.doc.Packages.Allow; at.Set && len(allowed) > 0 {
		r.Policy = policyLine(at.Place)
		r.Message = fmt.Sprintf("%s: allowed by packages.allow, but nothing is installed during a run", clipped(strings.Join(allowed, " ")))
	}
	v.add(r)
}

// quoted is words for a shell.
func quoted(words []string) string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		if strings.ContainsAny(w, "<>!~;*[] @&|$()'\"\\") {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func clipped(text string) string { return shown("", text, "") }
