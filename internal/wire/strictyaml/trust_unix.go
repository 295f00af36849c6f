//go:build unix

package strictyaml

import (
	"fmt"
	"os"
	"syscall"
)

const nonblock = syscall.O_NONBLOCK

func checkTrust(path string, info os.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return &InsecureError{Path: path, Why: "this system does not say who owns it", Fix: "keep it on a local file system"}
	}
	if uid := int(stat.Uid); uid != 0 && uid != os.Geteuid() {
		return &InsecureError{Path: path, Why: fmt.Sprintf("it belongs to uid %d, neither root nor you (uid %d)", uid, os.Geteuid()),
			Fix: fmt.Sprintf("chown %d %s", os.Geteuid(), path)}
	}
	if perm := info.Mode().Perm(); perm&0o022 != 0 {
		return &InsecureError{Path: path, Why: fmt.Sprintf("%s may write it (mode %04o)", writers(perm), perm), Fix: "chmod go-w " + path}
	}
	return nil
}

func writers(perm os.FileMode) string {
	switch perm & 0o022 {
	case 0o020:
		return "its group"
	case 0o002:
		return "everybody"
	default:
		return "its group and everybody"
	}
}
