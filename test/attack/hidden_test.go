//go:build linux

package attack

import (
	"os"
	"slices"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// TestHiddenProcesses (P16): at level landlock the supervisor finds the processes of
// a run by /proc. Where that hides what may not be looked into (hidepid), which a
// run's init is, limits hold and nothing is left all the same.
func TestHiddenProcesses(t *testing.T) {
	if contained() {
		require.Skip(t, require.Engine, "the engine's own /proc is not to be mounted again")
	}
	h := newHost(t)
	prelude, err := os.ReadFile("testdata/prelude.py")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"use up memory in children", "fill by deleted files", "leave a daemon behind", "leave a forking chain behind"}
	programs := slices.DeleteFunc(load(t), func(p program) bool { return !slices.Contains(names, p.name) })
	if len(programs) != len(names) {
		t.Fatalf("%d programs of %q", len(programs), names)
	}
	way := newAlone(t, h, "landlock")
	way.hidden = true
	suite{host: h, prelude: string(prelude), table: newTable(), programs: programs}.each(t, way)
	way.confirm(t)
}
