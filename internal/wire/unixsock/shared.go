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

// ListenShared makes a socket at path that every user of this machine can connect to:
// who is served is for whoever accepts to say, by [PeerOf]. The folder must be there,
// and nobody but its owner may write in it, or another socket could take this one's
// place.
func ListenShared(path string) (*Listener, error) {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("looking at the folder of the socket: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return nil, fmt.Errorf("%s can be written by others (%v): type `chmod 755 %s`: %w", dir, mode, dir, fs.ErrPermission)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	l := &Listener{path: path, lock: lock}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("removing the socket of a dead daemon: %w", err), lock.Close())
	}
	if l.UnixListener, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}); err != nil {
		return nil, errors.Join(fmt.Errorf("listening on %s: %w", path, err), lock.Close())
	}
	l.SetUnlinkOnClose(false)
	if err := os.Chmod(path, 0o666); err != nil {
		return nil, errors.Join(fmt.Errorf("letting others connect to %s: %w", path, err), l.Close())
	}
	return l, nil
}

// DialShared connects to a socket that ListenShared made.
func DialShared(ctx context.Context, path string, timeout time.Duration) (*net.UnixConn, error) {
	dialer := net.Dialer{Timeout: timeout}
	conn, err := dialer.DialContext(ctx, "unix", path)
	if refused(err) {
		return nil, fmt.Errorf("%w on %s", ErrNobody, path)
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", path, err)
	}
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("connecting to %s: got %T", path, conn), conn.Close())
	}
	return unix, nil
}
