package confine

import "golang.org/x/sys/unix"

// auditArch is AUDIT_ARCH_AARCH64.
const auditArch = 0xc00000b7

// archNumbers are the calls that arm64 names otherwise.
func archNumbers() map[string]int {
	return map[string]int{
		"newfstatat": unix.SYS_FSTATAT,
	}
}
