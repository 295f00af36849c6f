package policy_test

import (
	"reflect"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// N10: a stricter effect comes with the new rule, a laxer one with the one that is gone.
func TestEffectsNameTheRule(t *testing.T) {
	refused := interlock.Decision{Effect: interlock.Deny, Reasons: []interlock.Reason{{Rule: "imports.warn", Effect: interlock.Warn}, {Rule: "imports.deny", Effect: interlock.Deny}}}
	allowed := interlock.Decision{Effect: interlock.Allow}
	for name, c := range map[string]struct{ a, b interlock.Decision }{"stricter": {allowed, refused}, "laxer": {refused, allowed}} {
		got, err := policy.Effects(&c.a, &c.b)
		if err != nil || len(got) != 1 || got[0].Was != c.a.Effect.String() || got[0].Now != c.b.Effect.String() || len(got[0].Reasons) != 1 || got[0].Reasons[0].Rule != "imports.deny" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if got, err := policy.Effects(&refused, &refused); err != nil || len(got) != 0 {
		t.Errorf("the same: %+v, %v", got, err)
	}
}

// N10: what a run may reach is compared, in whatever order it stands.
func TestEffectsCompareGrants(t *testing.T) {
	grant := func(wall int, endpoints ...string) interlock.Decision {
		d := interlock.Decision{Effect: interlock.Allow, Mode: interlock.ReadOnly}
		d.Grant = interlock.Grant{Endpoints: endpoints, Files: interlock.Files{Forbid: endpoints}}
		d.Grant.Resources.Wall = 1e9
		d.Grant.Resources.OpenFiles = wall
		return d
	}
	a, b := grant(1, "a:1", "b:1"), grant(2, "b:1", "c:1")
	b.Mode = interlock.WriteAccess
	got, err := policy.Effects(&a, &b)
	want := []policy.Change{{Key: "mode", Was: "read_only", Now: "write_access"},
		{Key: "grant.endpoints", Removed: []string{"a:1"}, Added: []string{"c:1"}}, {Key: "grant.resources.open_files", Was: "1", Now: "2"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	one, other := grant(1, "a:1", "b:1"), grant(1, "b:1", "a:1")
	if got, err := policy.Effects(&one, &other); err != nil || len(got) != 0 {
		t.Errorf("another order: %+v, %v", got, err)
	}
	b.Effect = interlock.Deny
	if got, _ := policy.Effects(&a, &b); len(got) != 2 {
		t.Errorf("a refusal grants nothing to compare: %+v", got)
	}
}

// An allow list that is empty is another rule than none.
func TestCompareTellsEmptyFromAbsent(t *testing.T) {
	got := policy.Compare(map[string]any{"imports": map[string]any{}}, map[string]any{"imports": map[string]any{"allow": []any{}}})
	if len(got) != 1 || got[0].Key != "imports.allow" || got[0].Was != "not set" || got[0].Now != "[]" {
		t.Errorf("%+v", got)
	}
	if got := policy.Compare(map[string]any{"a": []any{"x"}}, map[string]any{"a": []any{"x"}}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
