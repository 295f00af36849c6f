package confine

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
)

// limitNames are the names of all limits, read from the type: a limit that is
// added there and forgotten here fails the tests below.
func limitNames() (names []string) {
	of := reflect.TypeFor[interlock.Resources]()
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if of.Field(i).Type.Kind() != reflect.Bool { // strict is no limit
			names = append(names, name)
		}
	}
	return names
}

// cgroupForms are the control groups a host may offer, whole and in part.
func cgroupForms() map[string]Cgroup {
	all := map[string]string{"memory": "/cg", "pids": "/cg", "cpu": "/cg"}
	return map[string]Cgroup{"v2": {CgroupV2, all}, "v1": {CgroupV1, all}, "none": {},
		"v2 without cpu": {CgroupV2, map[string]string{"memory": "/cg", "pids": "/cg"}}, "v1 with memory only": {CgroupV1, map[string]string{"memory": "/cg"}}}
}

// at is the full host and specification brought down to a level and a form.
func at(level interlock.Level, groups Cgroup) (Spec, Host) {
	s, h := fullSpec(), fullHost()
	s.Level, s.Grant.Isolation, s.Scratch, h.Cgroup = level, level, "/scratch", groups
	return s, h
}

// TestEveryLimitIsHeldOnce (P17): whatever the host, each limit of the grant has
// one entry with its value and what holds it; the same policy gives the same
// names and values everywhere; and strict refuses exactly the weaker forms.
func TestEveryLimitIsHeldOnce(t *testing.T) {
	names := limitNames()
	values := map[string]string{}
	for _, level := range []interlock.Level{interlock.Namespaces, interlock.Landlock, interlock.NoIsolation} {
		for form, groups := range cgroupForms() {
			t.Run(fmt.Sprintf("%s, %s", level, form), func(t *testing.T) {
				s, h := at(level, groups)
				p, err := Make(s, h)
				if err != nil {
					t.Fatal(err)
				}
				held := map[string]int{}
				for _, l := range p.Held {
					held[l.Name]++
					if l.Value == "" || l.By == "" {
						t.Errorf("%+v lacks its value or what holds it", l)
					}
					if first, seen := values[l.Name]; seen && first != l.Value {
						t.Errorf("%s is %s here and %s elsewhere", l.Name, l.Value, first)
					}
					values[l.Name] = l.Value
				}
				for _, name := range names {
					if held[name] != 1 {
						t.Errorf("%s is held %d times", name, held[name])
					}
				}
				if len(p.Held) != len(names) {
					t.Errorf("%d limits are held, and there are %d", len(p.Held), len(names))
				}
				s.Grant.Resources.Strict = true
				_, err = Make(s, h)
				if refused := err != nil; refused != (len(p.Weaker()) > 0) {
					t.Errorf("weaker %q, strict says %v", p.Weaker(), err)
				}
			})
		}
	}
}

// TestWeakerForms (P17): which limits hold only in a weaker form, and where.
func TestWeakerForms(t *testing.T) {
	for _, tc := range []struct {
		level interlock.Level
		form  string
		want  string
	}{
		{interlock.Namespaces, "v2", ""}, {interlock.Namespaces, "v1", ""}, {interlock.Namespaces, "none", "cpu memory"},
		{interlock.Namespaces, "v2 without cpu", "cpu"}, {interlock.Namespaces, "v1 with memory only", "cpu"},
		{interlock.Landlock, "v2", "workspace inodes"}, {interlock.Landlock, "none", "cpu memory processes workspace inodes"},
		{interlock.NoIsolation, "v1", "workspace inodes shm"}, {interlock.NoIsolation, "none", "cpu memory processes workspace inodes shm"},
	} {
		p, err := Make(at(tc.level, cgroupForms()[tc.form]))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range p.Held {
			if l.Weaker != "" {
				got = append(got, l.Name)
			}
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s, %s: weaker are %v, want %s", tc.level, tc.form, got, tc.want)
		}
	}
}

// TestEveryLimitMustBeSet: the zero value of each refuses, by name.
func TestEveryLimitMustBeSet(t *testing.T) {
	for i, name := range limitNames() {
		s := fullSpec()
		reflect.ValueOf(&s.Grant.Resources).Elem().Field(i).SetZero()
		_, err := Make(s, fullHost())
		var e *interlock.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, "no limit for "+name) || !strings.Contains(e.Hint, "resources."+name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// TestSharedMemoryIsItsOwn (P17): /dev/shm has a size of its own, so that it and
// the workspace cannot use each other up.
func TestSharedMemoryIsItsOwn(t *testing.T) {
	s := fullSpec()
	s.Grant.Resources.Shm = 12345
	p, err := Make(s, fullHost())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range p.Mounts {
		if m.Target == shmFolder && m.Kind == MountTmpfs && strings.Contains(m.Data, "size=12345,") {
			return
		}
	}
	t.Errorf("no file system of that size at %s:\n%s", shmFolder, p)
}
