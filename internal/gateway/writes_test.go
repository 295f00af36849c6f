package gateway

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

// N6: the switch waits for a put of another process that is under way, and from the
// moment that it is turned nothing begins, in any process.
func TestTurnOffWaitsForAPut(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "put", dir)
	p.says("have")
	w := NewWrites(dir)
	defer w.Close()
	turned := make(chan error)
	go func() { turned <- w.TurnOff(Switched{Reason: "beam dump"}) }()
	for !w.Off() { // the switch is turned before it waits
		select {
		case err := <-turned:
			t.Fatalf("it did not wait for the put under way: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	if off, _, err := w.begin(); off != "beam dump" || err != nil {
		t.Errorf("a put began: %q, %v", off, err)
	}
	late := start(t, "put", dir)
	if line, _ := late.out.ReadString('\n'); !strings.HasPrefix(line, "error beam dump") {
		t.Errorf("another process began a put: %q", line)
	}
	select {
	case err := <-turned:
		t.Fatalf("it did not wait for the put under way: %v", err)
	default:
	}
	p.next()
	p.says("free")
	if err := <-turned; err != nil {
		t.Error(err)
	}
}

// N6: a put of this process is waited for too, and one that was killed is not.
func TestTurnOffHere(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "put", dir)
	p.says("have")
	p.kill()
	w := NewWrites(dir)
	defer w.Close()
	_, first, err := w.begin()
	if err != nil {
		t.Fatal(err)
	}
	_, second, err := w.begin() // puts do not wait for each other
	if err != nil {
		t.Fatal(err)
	}
	turned := make(chan error)
	go func() { turned <- NewWrites(dir).TurnOff(Switched{}) }()
	first()
	select {
	case err := <-turned:
		t.Fatalf("it did not wait for the second put: %v", err)
	case <-time.After(50 * time.Millisecond): // it could only be seen too late, never wrongly
	}
	second()
	if err := <-turned; err != nil {
		t.Error(err)
	}
	if off, _, _ := w.begin(); off != "somebody turned them off" {
		t.Errorf("off without a reason says %q", off)
	}
}

// N6: the switch stays as it is over a restart, and only turning it on turns it on.
func TestSwitchSurvives(t *testing.T) {
	dir := t.TempDir()
	at := time.Unix(1000, 0).UTC()
	if err := NewWrites(dir).TurnOff(Switched{Reason: "shutdown", Who: interlock.Identity{Name: "alice"}, At: at}); err != nil {
		t.Fatal(err)
	}
	w := NewWrites(dir) // another start
	defer w.Close()
	s, err := w.Status()
	if err != nil || !s.Off || s.Reason != "shutdown" || s.Who.Name != "alice" || !s.At.Equal(at) || !w.Off() {
		t.Errorf("%+v, %v", s, err)
	}
	for range 2 { // it is no error that they are on
		if err := w.TurnOn(); err != nil || w.Off() {
			t.Errorf("on: %v", err)
		}
	}
	if s, err := w.Status(); s.Off || err != nil {
		t.Errorf("%+v, %v", s, err)
	}
	if off, done, err := w.begin(); off != "" || err != nil {
		t.Errorf("%q, %v", off, err)
	} else {
		done()
	}
}

// N6, P13: whatever hinders a look counts as off.
func TestWhatCannotBeReadIsOff(t *testing.T) {
	for name, spoil := range map[string]func(dir, file string) error{
		"empty":            func(_, file string) error { return os.WriteFile(file, nil, 0o600) },
		"no JSON":          func(_, file string) error { return os.WriteFile(file, []byte("on"), 0o600) },
		"says on":          func(_, file string) error { return os.WriteFile(file, []byte(`{"off":false}`), 0o600) },
		"a folder":         func(_, file string) error { return os.Mkdir(file, 0o700) },
		"a dangling link":  func(_, file string) error { return os.Symlink("nowhere", file) },
		"a link to itself": func(_, file string) error { return os.Symlink(file, file) },
		"no folder":        func(dir, _ string) error { return os.Remove(dir) },
		"a file as folder": func(dir, _ string) error {
			if err := os.Remove(dir); err != nil {
				return err
			}
			return os.WriteFile(dir, nil, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "state")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			w := NewWrites(dir)
			defer w.Close()
			if err := spoil(dir, w.file()); err != nil {
				t.Fatal(err)
			}
			off, _, err := w.begin()
			if off == "" && err == nil {
				t.Error("a put began")
			}
			if name == "no folder" { // nobody has turned anything; puts find no lock
				return
			}
			if !w.Off() {
				t.Error("writes count as on")
			}
			if s, _ := w.Status(); !s.Off {
				t.Error("the status says on")
			}
		})
	}
}
