package gateway

import (
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// N6: a disk that takes not one byte keeps nobody from turning writes off, and a put
// under way is waited for all the same.
func TestTurnOffOnAFullDisk(t *testing.T) {
	if dir := os.Getenv("INTERLOCK_TEST_FULL"); dir != "" {
		signal.Ignore(unix.SIGXFSZ)
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{}); err != nil {
			t.Fatal(err)
		}
		t.Fatal(NewWrites(dir).TurnOff(Switched{Reason: "beam dump"}))
	}
	dir := t.TempDir()
	put := start(t, "put", dir)
	put.says("have")
	said := make(chan string)
	go func() {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), "INTERLOCK_TEST_FULL="+dir)
		out, _ := cmd.CombinedOutput() // it fails with what it was told
		said <- string(out)
	}()
	w := NewWrites(dir)
	defer w.Close()
	for !w.Off() {
		select {
		case out := <-said:
			t.Fatalf("they are on, and it said %q", out)
		case <-time.After(time.Millisecond):
		}
	}
	put.next()
	put.says("free")
	if out := <-said; !strings.Contains(out, "saying who turned writes off: ") || !strings.Contains(out, "file too large") {
		t.Errorf("it says %q", out)
	}
	if off, _, err := w.begin(); off == "" || err != nil {
		t.Errorf("a put began: %q, %v", off, err)
	}
}
