package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

// Change is one way in which two decisions on the same code, or two sets of rules,
// differ.
type Change struct {
	Key     string   `json:"key"` // effect, mode, grant.endpoints, resources.wall, imports.deny
	Was     string   `json:"was,omitempty"`
	Now     string   `json:"now,omitempty"`
	Removed []string `json:"removed,omitempty"` // of a list
	Added   []string `json:"added,omitempty"`
	// Reasons are the rules behind a change of effect: those of the new decision where
	// it is stricter, those of the old one that are gone where it is laxer.
	Reasons []interlock.Reason `json:"reasons,omitempty"`
}

// Effects are how decision b differs from a in what comes of the code: effect, mode,
// and, where both let it run, the grant. Words that change without changing that
// (a reason's text, a warning besides others) are no difference.
func Effects(a, b *interlock.Decision) ([]Change, error) {
	var out []Change
	if a.Effect != b.Effect {
		from := b
		if b.Effect > a.Effect {
			from = a
		}
		out = append(out, Change{Key: "effect", Was: a.Effect.String(), Now: b.Effect.String(), Reasons: with(from, from.Effect)})
	}
	if a.Mode != b.Mode {
		out = append(out, Change{Key: "mode", Was: a.Mode.String(), Now: b.Mode.String()})
	}
	if a.Effect == interlock.Deny || b.Effect == interlock.Deny {
		return out, nil
	}
	grants, err := grantChanges(&a.Grant, &b.Grant)
	return append(out, grants...), err
}

func with(d *interlock.Decision, e interlock.Effect) (out []interlock.Reason) {
	for _, r := range d.Reasons {
		if r.Effect == e {
			out = append(out, r)
		}
	}
	return out
}

// unsaid are the parts of a grant that say in other words what rules and reasons
// say, or that are the deployment's and not the policy's.
var unsaid = []string{"mode", "denials", "guards", "environment"}

func grantChanges(a, b *interlock.Grant) ([]Change, error) {
	was, err1 := tree(a)
	now, err2 := tree(b)
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("comparing grants: %w", firstError(err1, err2))
	}
	for _, key := range unsaid {
		delete(was, key)
		delete(now, key)
	}
	for _, m := range []map[string]any{was, now} {
		if files, ok := m["files"].(map[string]any); ok {
			delete(files, "forbid") // it holds the policy's own files, and what it takes away shows in the effect
		}
	}
	changes := Compare(was, now)
	for i := range changes {
		changes[i].Key = "grant." + changes[i].Key
	}
	return changes, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// tree is a grant as JSON objects; times in words.
func tree(g *interlock.Grant) (map[string]any, error) {
	raw, err := json.Marshal(g)
	if err != nil {
		return nil, err
	}
	m := map[string]any{}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	if r, ok := m["resources"].(map[string]any); ok {
		r["wall"], r["cpu"] = g.Resources.Wall.String(), g.Resources.CPU.String()
	}
	return m, nil
}

// Compare says how two trees of JSON values differ: scalars by key, lists by their
// items whatever their order.
func Compare(was, now map[string]any) (out []Change) {
	a, b := map[string]any{}, map[string]any{}
	flatten("", was, a)
	flatten("", now, b)
	keys := map[string]bool{}
	for key := range a {
		keys[key] = true
	}
	for key := range b {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if c, differs := compareValues(key, a[key], b[key]); differs {
			out = append(out, c)
		}
	}
	return out
}

func flatten(key string, v any, into map[string]any) {
	m, ok := v.(map[string]any)
	if !ok {
		into[key] = v
		return
	}
	for k, v := range m {
		flatten(strings.TrimPrefix(key+"."+k, "."), v, into)
	}
}

func compareValues(key string, a, b any) (c Change, differs bool) {
	was, list1 := a.([]any)
	now, list2 := b.([]any)
	if (list1 || a == nil) && (list2 || b == nil) {
		c = Change{Key: key, Removed: without(was, now), Added: without(now, was)}
		if a == nil && len(now) == 0 || b == nil && len(was) == 0 {
			c.Was, c.Now = spell(a), spell(b) // an empty list is not the same as none
			return c, list1 != list2
		}
		return c, len(c.Removed)+len(c.Added) > 0
	}
	c = Change{Key: key, Was: spell(a), Now: spell(b)}
	return c, c.Was != c.Now
}

// without are the items of list that other lacks.
func without(list, other []any) (out []string) {
	have := map[string]bool{}
	for _, v := range other {
		have[spell(v)] = true
	}
	for _, v := range list {
		if text := spell(v); !have[text] {
			out = append(out, text)
		}
	}
	return out
}

// spell is a value as a policy file has it on one line.
func spell(v any) string {
	switch v := v.(type) {
	case nil:
		return "not set"
	case []any:
		items := make([]string, 0, len(v))
		for _, item := range v {
			items = append(items, spell(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case map[string]any:
		items := make([]string, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			items = append(items, key+": "+spell(v[key]))
		}
		return "{" + strings.Join(items, ", ") + "}"
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.6f", v), ".000000")
	}
	return fmt.Sprint(v)
}
