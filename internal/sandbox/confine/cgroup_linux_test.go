package confine

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// fakeGroups lays out a control group tree in a folder: this machine has one
// version only, and rules for the other must be tested all the same. It stands
// for the file names and not for what the kernel does with them.
func fakeGroups(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFindCgroup(t *testing.T) {
	all := func(string) bool { return true }
	v2 := map[string]string{"user/app/cgroup.subtree_control": "cpu memory pids", "user/app/cgroup.procs": "", "user/app/term/cgroup.procs": "12",
		"user/app/term/cgroup.controllers": "memory pids", "user/app/term/cgroup.subtree_control": ""}
	for name, tc := range map[string]struct {
		files      map[string]string
		membership string
		writable   func(string) bool
		want       CgroupVersion
		memory     string
	}{
		"v2, a delegated parent": {v2, "0::/user/app/term\n", all, CgroupV2, "user/app"},
		"v2, not writable":       {v2, "0::/user/app/term\n", func(string) bool { return false }, NoCgroup, ""},
		"v1":                     {map[string]string{"memory/a/tasks": "", "pids/tasks": ""}, "4:memory:/a\n8:pids:/\n0::/\n", all, CgroupV1, "memory/a"},
		"none":                   {nil, "", all, NoCgroup, ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := fakeGroups(t, tc.files)
			got := findCgroupIn(root, tc.membership, tc.writable)
			want := ""
			if tc.memory != "" {
				want = filepath.Join(root, tc.memory)
			}
			if got.Version != tc.want || got.Dirs["memory"] != want {
				t.Errorf("found %+v, want version %v and memory at %q", got, tc.want, want)
			}
		})
	}
}

// TestSweep: groups of a supervisor that is gone are removed, those of a living
// one are not.
func TestSweep(t *testing.T) {
	root := t.TempDir()
	dead, alive := filepath.Join(root, groupPrefix+"4194303-x"), filepath.Join(root, fmt.Sprintf("%s%d-x", groupPrefix, os.Getpid()))
	for _, dir := range []string{dead, alive} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	sweep(root)
	if _, err := os.Stat(dead); err == nil {
		t.Error("the group of a dead supervisor is left")
	}
	if _, err := os.Stat(alive); err != nil {
		t.Error("the group of a living supervisor is gone")
	}
}
