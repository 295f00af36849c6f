package unixsock

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestListenDialAndPeer(t *testing.T) {
	for name, dir := range map[string]string{
		"short": filepath.Join(t.TempDir(), "state"),
		"long":  filepath.Join(t.TempDir(), strings.Repeat("long/", 40), "state"),
	} {
		l, err := Listen(dir)
		if err != nil {
			t.Fatal(name, err)
		}
		info, err := os.Lstat(l.Path())
		if err != nil || info.Mode().Perm() != 0o600 || info.Mode().Type() != fs.ModeSocket {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		conn, err := Dial(t.Context(), dir, time.Minute)
		if err != nil {
			t.Fatal(name, err)
		}
		peer, err := PeerOf(conn)
		if err != nil || peer != (Peer{UID: os.Getuid(), PID: os.Getpid()}) {
			t.Errorf("%s: %+v, %v", name, peer, err)
		}
		conn.Close()
		for range 2 {
			if err := l.Close(); err != nil {
				t.Error(name, err)
			}
		}
		if _, err := os.Lstat(Path(dir)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the socket stays: %v", name, err)
		}
	}
}

func TestALiveSocketIsNotTakenAndADeadOneIsReplaced(t *testing.T) {
	dir := t.TempDir()
	os.Chmod(dir, 0o700)
	if _, err := Dial(t.Context(), dir, time.Minute); !errors.Is(err, ErrNobody) {
		t.Errorf("no socket: %v", err)
	}
	live, err := Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(dir); !errors.Is(err, ErrTaken) {
		t.Errorf("a second one: %v", err)
	}
	// As kill -9 leaves it: no lock, no listener, the socket in its place.
	live.lock.Close()
	live.UnixListener.Close()
	if _, err := Dial(t.Context(), dir, time.Minute); !errors.Is(err, ErrNobody) {
		t.Errorf("a dead socket: %v", err)
	}
	again, err := Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	conn, err := Dial(t.Context(), dir, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func TestAFolderThatOthersMayWriteIsRefused(t *testing.T) {
	dir := t.TempDir()
	os.Chmod(dir, 0o777)
	if _, err := Listen(dir); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "chmod 700") {
		t.Error(err)
	}
}
