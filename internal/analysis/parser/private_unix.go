//go:build unix

package parser

import (
	"fmt"
	"os"
	"syscall"
)

func checkOwner(dir string, info os.FileInfo) error {
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("%s can be written by other users (mode %04o); type: chmod go-w %s", dir, mode, dir)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%s: its owner is unknown", dir)
	}
	if uid := int(st.Uid); uid != os.Geteuid() && uid != 0 {
		return fmt.Errorf("%s belongs to user %d; name a folder of your own", dir, uid)
	}
	return nil
}
