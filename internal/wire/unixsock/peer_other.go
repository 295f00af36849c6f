//go:build !linux

package unixsock

import (
	"errors"
	"fmt"
	"net"
	"os"
)

// PeerOf refuses: without knowing who is at the other end nobody is served.
func PeerOf(*net.UnixConn) (Peer, error) {
	return Peer{}, errors.New("who is at the other end of a socket is known on Linux only")
}

func address(dir string) (*net.UnixAddr, *os.File, error) {
	path := Path(dir)
	if len(path) > maxAddress {
		return nil, nil, fmt.Errorf("the path of the socket %s is longer than %d bytes: name a shorter state directory", path, maxAddress)
	}
	return &net.UnixAddr{Name: path, Net: "unix"}, nil, nil
}
