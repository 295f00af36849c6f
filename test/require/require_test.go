package require

import "testing"

func TestRequiredReadsItsListInOrder(t *testing.T) {
	for _, c := range []struct {
		list string
		need Need
		want bool
	}{
		{"", RootUser, false},
		{"all", RootUser, true},
		{"root", RootUser, true},
		{"engine", RootUser, false},
		{"all,-root", RootUser, false},
		{"all,-root", Engine, true},
		{"-root,all", RootUser, true},
		{" all , -engine ", Engine, false},
	} {
		if got := required(c.list, c.need); got != c.want {
			t.Errorf("INTERLOCK_REQUIRE=%q demands %q: %v, want %v", c.list, c.need, got, c.want)
		}
	}
}

// fatal is a testing.TB that notes how a test ended.
type fatal struct {
	testing.TB
	failed, skipped bool
}

func (f *fatal) Helper()               {}
func (f *fatal) Fatalf(string, ...any) { f.failed = true; panic(f) }
func (f *fatal) Skipf(string, ...any)  { f.skipped = true; panic(f) }

func end(f *fatal) {
	defer func() { _ = recover() }()
	Skip(f, Engine, "no engine")
}

func TestSkipFailsWhereTheNeedIsRequired(t *testing.T) {
	t.Setenv("INTERLOCK_REQUIRE", "all")
	f := &fatal{}
	if end(f); !f.failed || f.skipped {
		t.Errorf("a missing need under INTERLOCK_REQUIRE=all: failed %v, skipped %v", f.failed, f.skipped)
	}
	t.Setenv("INTERLOCK_REQUIRE", "")
	f = &fatal{}
	if end(f); f.failed || !f.skipped {
		t.Errorf("a missing need without INTERLOCK_REQUIRE: failed %v, skipped %v", f.failed, f.skipped)
	}
}
