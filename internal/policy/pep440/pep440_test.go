package pep440_test

import (
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/policy/pep440"
	"pgregory.net/rapid"
)

func version(t *testing.T, text string) pep440.Version {
	t.Helper()
	v, err := pep440.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// P7: the order of the specification.
func TestOrder(t *testing.T) {
	ordered := strings.Fields("1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456 1.0.15 1.1.dev1 1!0.1")
	for i, a := range ordered {
		for j, b := range ordered {
			want := min(max(i-j, -1), 1)
			if got := version(t, a).Compare(version(t, b)); got != want {
				t.Errorf("%s and %s: %d, want %d", a, b, got, want)
			}
		}
	}
	for _, same := range []string{"1.0 1 v1.0 1.0.0", "1.0a1 1.0-alpha.1 1.0_A1 1.0ALPHA1", "1.0rc1 1.0c1 1.0-pre1 1.0preview1", "1.0.post1 1.0-1 1.0-r1 1.0.rev1", "1.0.post0 1.0post", "1.0+a.b 1.0+a-b"} {
		all := strings.Fields(same)
		for _, other := range all[1:] {
			if version(t, all[0]).Compare(version(t, other)) != 0 {
				t.Errorf("%s is not %s", all[0], other)
			}
		}
	}
	for _, bad := range []string{"", "a", "1.", "1..2", "1.0x", "1.0+", "1!", "-1", "1.0 2"} {
		if _, err := pep440.Parse(bad); err == nil {
			t.Errorf("%q is a version", bad)
		}
	}
}

func TestSpecifiers(t *testing.T) {
	for _, c := range []struct{ set, yes, no string }{
		{">=1.26", "1.26 1.26.0 1.26.post1 2.0rc1 2.0", "1.25.9 1.26rc1 1.26.dev0"},
		{">=1.26,<3", "1.26 2.9.9", "3.0 3.0rc1 3.0.dev1 1.25"},
		{"<3.0rc1", "3.0b1 2.9", "3.0rc1 3.0"},
		{">1.0", "1.1 1.0.1", "1.0 1.0.post1 1.0+local"},
		{">1.0.post1", "1.0.post2 1.1", "1.0 1.0.post1"},
		{"~=2.2", "2.2 2.3 2.99", "3.0 2.1"},
		{"~=1.4.5", "1.4.5 1.4.9", "1.5 1.4.4"},
		{"==1.2.*", "1.2 1.2.9 1.2rc1 1.2.post3", "1.3 1.1 1.20"},
		{"!=1.2.*", "1.3", "1.2.5"},
		{"==1.2", "1.2 1.2.0 1.2+local", "1.2.1 1.2rc1"},
		{"==1.2+a", "1.2+a", "1.2 1.2+b"},
		{"===1.2", "1.2", "1.2.0"},
		{"!=1.5, >=1", "1.4 1.6", "1.5 1.5.0 0.9"},
		{"", "0 1 2.dev1", ""},
	} {
		set, err := pep440.ParseSet(c.set)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range strings.Fields(c.yes) {
			if !set.Holds(version(t, v)) {
				t.Errorf("%q does not hold for %s", c.set, v)
			}
		}
		for _, v := range strings.Fields(c.no) {
			if set.Holds(version(t, v)) {
				t.Errorf("%q holds for %s", c.set, v)
			}
		}
	}
	for _, bad := range []string{"1.0", ">=", "=1", "~=1", ">=1.*", "==1.dev1.*", ">=1+a", ">=1,", "==", "==="} {
		if _, err := pep440.ParseSet(bad); err == nil {
			t.Errorf("%q is a set of specifiers", bad)
		}
	}
	if v, ok := must(t, ">=1,==1.5").Pinned(); !ok || v.String() != "1.5" {
		t.Errorf("pinned to %v, %v", v, ok)
	}
	if _, ok := must(t, "==1.*").Pinned(); ok {
		t.Error("a prefix pins a version")
	}
}

func must(t *testing.T, text string) pep440.Set {
	t.Helper()
	set, err := pep440.ParseSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Comparing is a total order whatever is compared, and what is not less and not
// equal is greater.
func TestCompareIsAnOrder(t *testing.T) {
	gen := rapid.StringMatching(`([0-9]!)?[0-9]{1,2}(\.[0-9]{1,2}){0,2}((a|b|rc)[0-9])?(\.post[0-9])?(\.dev[0-9])?(\+[a-z0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		var v [3]pep440.Version
		for i := range v {
			v[i], _ = pep440.Parse(gen.Draw(t, "v"))
		}
		if v[0].Compare(v[1]) != -v[1].Compare(v[0]) {
			t.Fatalf("%s and %s", v[0], v[1])
		}
		if v[0].Compare(v[1]) <= 0 && v[1].Compare(v[2]) <= 0 && v[0].Compare(v[2]) > 0 {
			t.Fatalf("%s, %s, %s", v[0], v[1], v[2])
		}
	})
}
