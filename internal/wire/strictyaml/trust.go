package strictyaml

import (
	"fmt"
	"io"
	"os"
)

// InsecureError says that a file could have been written by somebody whose word
// it must not be.
type InsecureError struct {
	Path string
	Why  string // "group and others may write it"
	Fix  string // what to type
}

func (e *InsecureError) Error() string { return e.Path + ": " + e.Why }

// ReadTrusted reads a file that only root or the user of this process can
// write. One that group or others may write, or that belongs to anybody else, is
// an *InsecureError. Symbolic links are followed; the file that is read is the
// one that is checked. It does not look at the folders above: who may write
// there can put another file in place, but not one of another owner.
func ReadTrusted(path string) ([]byte, error) {
	return read(path, checkTrust)
}

// ReadAny reads a file whoever may write it, for looking at what is not in force.
func ReadAny(path string) ([]byte, error) {
	return read(path, func(string, os.FileInfo) error { return nil })
}

// read opens path without waiting for a pipe's other end, checks what it opened,
// and returns one byte more than MaxSize at most, so that the gate sees the excess.
func read(path string, check func(string, os.FileInfo) error) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	if err := check(path, info); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, MaxSize+1))
}
