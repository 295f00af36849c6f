//go:build linux

package sandbox

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// dropped is how many packets a socket had no room for: SK_MEMINFO_DROPS of
// SO_MEMINFO, which x/sys has no function for.
func dropped(fd int) int {
	var info [9]uint32
	size := uint32(unsafe.Sizeof(info))
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_MEMINFO,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 {
		return 0
	}
	return int(info[8])
}
