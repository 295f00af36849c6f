//go:build linux

package attack

import (
	"hash/fnv"
	"os"
	"testing"
	"time"
)

// everything is the variable that has every program run in every way.
const everything = "INTERLOCK_ATTACK_ALL"

// contained reports whether the host itself forbids namespaces, as a container's
// default profile does: then programs run at level landlock and in no other way.
func contained() bool { return os.Getenv("INTERLOCK_ATTACK_CONTAINED") != "" }

// chosen are the programs that are to run in one way today. Root runs them all in
// plain python and through a daemon. Alone, at either level, it runs a half, by a
// hash of the name, that changes from day to day, and an ordinary user runs the
// other half in every way, so that two days are all there is. No program runs confined that does not run in plain python on the same day.
func chosen(t *testing.T, way string, programs []program, now time.Time) (today []program) {
	t.Helper()
	root := os.Getuid() == 0
	whole := os.Getenv(everything) != "" || root && (way == "plain" || way == "daemon")
	for _, p := range programs {
		if p.fits(way) && (whole || turn(p.name, root, now)) {
			today = append(today, p)
		}
	}
	if whole {
		t.Logf("%s: all %d programs", way, len(today))
	} else {
		t.Logf("%s: today's half, %d programs; %s=1 runs all", way, len(today), everything)
	}
	return today
}

// turn reports whether it is a program's day.
func turn(name string, root bool, now time.Time) bool {
	h := fnv.New32a()
	h.Write([]byte(name))
	day := now.UTC().Unix() / (24 * 60 * 60)
	return (h.Sum32()>>7^uint32(day))&1 == 0 == root
}

// fits reports whether p makes sense there.
func (p program) fits(way string) bool { return p.class != warm || way == "daemon" || way == "plain" }

// TestTurns (P16): two days in a row leave no program out, root and an ordinary
// user leave none out together, and each day has about half.
func TestTurns(t *testing.T) {
	all, now, today := load(t), time.Now(), 0
	for _, p := range all {
		a := turn(p.name, true, now)
		if a == turn(p.name, true, now.Add(24*time.Hour)) || a == turn(p.name, false, now) {
			t.Errorf("%q has its turn always or never", p.name)
		}
		if a {
			today++
		}
	}
	if today < len(all)/3 || today > len(all)*2/3 {
		t.Errorf("%d of %d programs is no half", today, len(all))
	}
}
