//go:build linux || darwin

package parser

import (
	"context"

	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// withMemory lets instances take their memory from the system, as one
// reservation that grows in place: pages that are never touched cost nothing,
// growing copies nothing, and a discarded instance gives all of it back at once.
func withMemory(ctx context.Context) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(
		func(_, most uint64) experimental.LinearMemory { return &reservation{most: most} }))
}

// reservation is the linear memory of one instance; it is used by one goroutine.
type reservation struct {
	most  uint64
	pages []byte // of length most once the first Reallocate is done
}

// Reallocate returns the first size bytes; new ones are zero. It returns nil
// where the system refuses: instantiating, or the parse, then fails.
func (r *reservation) Reallocate(size uint64) []byte {
	if r.pages == nil {
		pages, err := unix.Mmap(-1, 0, int(r.most), unix.PROT_READ|unix.PROT_WRITE,
			unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
		if err != nil {
			return nil
		}
		r.pages = pages
	}
	if size > uint64(len(r.pages)) {
		return nil
	}
	return r.pages[:size]
}

// Free is called once, when the instance is closed.
func (r *reservation) Free() {
	if r.pages != nil {
		_ = unix.Munmap(r.pages) // a failure leaks address space only
		r.pages = nil
	}
}
