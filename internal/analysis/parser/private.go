package parser

import (
	"fmt"
	"os"
	"path/filepath"
)

// privateDir creates dir where it is missing and returns the parser's own
// folder in it, all links resolved. Native code in it is executed without
// further checks, so that neither it nor a folder above it may be open to other
// users; a sticky folder above (such as /tmp) is fine.
func privateDir(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	if real, err = filepath.Abs(real); err != nil {
		return "", err
	}
	own := cacheIn(real)
	if err := os.Mkdir(own, 0o700); err != nil && !os.IsExist(err) {
		return "", err
	}
	if err := checkPrivate(own, false); err != nil {
		return "", err
	}
	for d, sticky := real, false; ; d, sticky = filepath.Dir(d), true {
		if err := checkPrivate(d, sticky); err != nil {
			return "", err
		}
		if d == filepath.Dir(d) {
			return own, nil
		}
	}
}

// checkPrivate requires a folder, not a link, that only this user (or root)
// owns and can write; stickyFine lets a sticky folder pass.
func checkPrivate(dir string, stickyFine bool) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	if stickyFine && info.Mode()&os.ModeSticky != 0 {
		return nil
	}
	return checkOwner(dir, info)
}
