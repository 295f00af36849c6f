package approval

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/canonical"
)

// Parts are what an approval is bound to: the digest of each thing that decides the
// run or was shown, by a name for people. Two sets are the same only if every name and
// every digest is.
type Parts map[string]string

// Digest is over all of p: SHA-256 in lower-case hex over a first line and the
// canonical JSON of p.
func (p Parts) Digest() (string, error) {
	b, err := canonical.Marshal(map[string]string(p))
	if err != nil {
		return "", err
	}
	return interlock.SourceDigest(append([]byte("interlock approval v1\n"), b...)), nil
}

// Changed names what differs between p, which was approved, and now, in order.
func (p Parts) Changed(now Parts) (names []string) {
	for name := range p {
		switch was, is := p[name], now[name]; {
		case is == "":
			names = append(names, name+" (gone)")
		case is != was:
			names = append(names, name+" (changed)")
		}
	}
	for name := range now {
		if p[name] == "" {
			names = append(names, name+" (new)")
		}
	}
	slices.Sort(names)
	return names
}

func (p Parts) bytes(name string, b []byte) { p[name] = interlock.SourceDigest(b) }

func (p Parts) value(name string, v any) error {
	b, err := canonical.Marshal(v)
	if err != nil {
		return fmt.Errorf("digesting %s: %w", name, err)
	}
	p.bytes(name, b)
	return nil
}

// parts are those of one submission as it was analysed and decided now.
func (d *Desk) parts(s *interlock.Submission, f *interlock.Facts, decision *interlock.Decision, rehearsal *Rehearsal) (Parts, error) {
	p := Parts{}
	p.submission(s)
	for name, v := range map[string]any{
		"the requester": s.Who, "the time limit asked for": s.Wall, "the override": s.Override,
		"what analysis finds": f, "the decision": shown(decision), "the policy": decision.PolicyDigest, "the mode": decision.Mode,
		"what an approval must be": decision.Approval, "the rehearsal": rehearsal,
	} {
		if err := p.value(name, v); err != nil {
			return nil, err
		}
	}
	if err := p.grant(decision.Grant); err != nil {
		return nil, err
	}
	around, err := d.o.Around(s, decision.Grant)
	if err != nil {
		return nil, err
	}
	for name, text := range around {
		p.bytes(name, []byte(text))
	}
	return p, p.contents(s, decision.Grant)
}

// shown is the part of a decision that has no name of its own.
func shown(d *interlock.Decision) any {
	return map[string]any{"effect": d.Effect, "reasons": d.Reasons, "warnings": d.Warnings}
}

// submission adds what the caller handed in, byte for byte.
func (p Parts) submission(s *interlock.Submission) {
	p.bytes("the source", s.Source)
	p.bytes("the script's name", []byte(s.Name))
	p.bytes("the script's folder", []byte(s.Folder))
	p.bytes("the description", []byte(s.Description))
	p.bytes("the session", []byte(s.Session))
	p.bytes("standard input", s.Stdin)
	p.bytes("the environment asked for", []byte(s.Interpreter))
	p.bytes("the number of arguments", fmt.Append(nil, len(s.Args)))
	for i, a := range s.Args {
		p.bytes(fmt.Sprintf("argument %d", i+1), []byte(a))
	}
	p.bytes("the inputs", []byte(strings.Join(s.Inputs, "\x00")))
	if s.Restores != "" {
		p.bytes("what is restored", fmt.Appendf(nil, "%s %t", s.Restores, s.RestoreAnyway))
	}
	p.bytes("whether it is a rehearsal", fmt.Append(nil, s.Rehearse))
	asked := "none"
	if s.AskedMode != nil {
		asked = s.AskedMode.String()
	}
	p.bytes("the mode asked for", []byte(asked))
	for _, m := range s.Modules {
		p.bytes("module "+m.Path, m.Source)
	}
}

// grant adds a grant key by key, variables and channels one by one.
func (p Parts) grant(g interlock.Grant) error {
	for name, value := range g.Environment.Variables {
		p.bytes("variable "+name, []byte(value))
	}
	if err := p.channels(g.Channels); err != nil {
		return err
	}
	g.Environment.Variables = nil // the map is the policy's; only this copy loses it
	b, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("digesting the grant: %w", err)
	}
	keys := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &keys); err != nil {
		return fmt.Errorf("digesting the grant: %w", err)
	}
	delete(keys, "channels")
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		name, known := grantWords[key]
		if !known {
			name = "the grant's " + key
		}
		if err := p.value(name, keys[key]); err != nil {
			return err
		}
	}
	return nil
}

var grantWords = map[string]string{"resources": "the limits of resources", "environment": "the environment granted", "files": "the files granted",
	"reads": "the channels that may be read", "mode": "the mode granted"}

// channels adds each entry; entries of one pattern are told apart by their place,
// which is sorted.
func (p Parts) channels(gs interlock.ChannelGrants) error {
	seen := map[string]int{}
	for _, g := range gs {
		seen[g.Match]++
		name := "the limits of " + g.Match
		if n := seen[g.Match]; n > 1 {
			name = fmt.Sprintf("%s (%d)", name, n)
		}
		if err := p.value(name, g); err != nil {
			return err
		}
	}
	return nil
}
