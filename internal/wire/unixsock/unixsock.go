// Package unixsock is the unix socket between a client and a daemon of one
// machine: where it lies, who listens on it, and who is at the other end.
//
// [Listen] holds an exclusive lock (flock) on a file beside the socket for as
// long as it listens. The kernel drops the lock with the process, however it
// ends, so a socket whose lock is free was left by a dead daemon and is replaced,
// and one whose lock is held is never taken over.
//
// [PeerOf] asks the kernel who is at the other end. The answer is about the
// process that connected, or that listens; a descriptor handed on to another
// process keeps the first one's identity, so the right to a connection is the
// right to whoever holds it. It does not protect users with the same uid from
// each other.
package unixsock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"
)

// The names of the socket and its lock in a state directory.
const (
	Name     = "daemon.sock"
	lockName = "daemon.lock"
)

// ErrNobody is returned by Dial where nobody listens: there is no socket, or a
// dead daemon left it. Nothing was sent.
var ErrNobody = errors.New("no daemon is listening")

// ErrTaken is returned by Listen where another process listens already.
var ErrTaken = errors.New("a daemon is listening there already")

// Peer is the process at the other end of a connection.
type Peer struct {
	UID int
	PID int
}

// Path is the socket of the state directory dir.
func Path(dir string) string { return filepath.Join(dir, Name) }

// Listener is a listening socket with its lock. Close stops listening, removes
// the socket and gives the lock back, in this order; it is idempotent.
type Listener struct {
	*net.UnixListener
	path string
	dir  *os.File // the folder, while the socket's address goes through it
	lock *os.File
}

// Listen makes the socket of the state directory dir, which is made with 0700
// where it is missing. A folder that others may write is an error: they could
// put a socket of their own in its place.
func Listen(dir string) (*Listener, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the state directory: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("looking at the state directory: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return nil, fmt.Errorf("%s can be written by others (%v): type `chmod 700 %s`: %w", dir, mode, dir, fs.ErrPermission)
	}
	lock, err := lockFile(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	l, err := listen(dir)
	if err != nil {
		lock.Close()
		return nil, err
	}
	l.lock = lock
	return l, nil
}

func listen(dir string) (*Listener, error) {
	l := &Listener{path: Path(dir)}
	if err := os.Remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing the socket of a dead daemon: %w", err)
	}
	addr, folder, err := address(dir)
	if err != nil {
		return nil, err
	}
	l.dir = folder
	if l.UnixListener, err = net.ListenUnix("unix", addr); err != nil {
		folder.Close()
		return nil, fmt.Errorf("listening on %s: %w", l.path, err)
	}
	l.SetUnlinkOnClose(false) // Close does it, by the path that people know
	// Until here the folder and the check of the peer keep others out.
	if err := os.Chmod(l.path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("making %s private: %w", l.path, err), l.Close())
	}
	return l, nil
}

// Path is where the socket lies.
func (l *Listener) Path() string { return l.path }

// Close implements net.Listener.
func (l *Listener) Close() error {
	err := l.UnixListener.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	os.Remove(l.path)
	l.dir.Close()
	if l.lock != nil {
		l.lock.Close()
	}
	return err
}

// Dial connects to the daemon of the state directory dir. An error that is
// ErrNobody says that none listens; any other that one may, and cannot be reached.
func Dial(ctx context.Context, dir string, timeout time.Duration) (*net.UnixConn, error) {
	if _, err := os.Lstat(Path(dir)); err != nil {
		return nil, fmt.Errorf("%w on %s", ErrNobody, Path(dir))
	}
	addr, folder, err := address(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	dialer := net.Dialer{Timeout: timeout}
	conn, err := dialer.DialContext(ctx, "unix", addr.Name)
	if refused(err) {
		return nil, fmt.Errorf("%w on %s", ErrNobody, Path(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", Path(dir), err)
	}
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("connecting to %s: got %T", Path(dir), conn), conn.Close())
	}
	return unix, nil
}

// maxAddress is what fits into sockaddr_un on every platform, its final zero
// left out.
const maxAddress = 103
