package gatewaytest

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Usage is what this process holds.
type Usage struct {
	Goroutines  int
	Descriptors int   // 0 where the system does not tell
	Heap        int64 // bytes that are in use
	Resident    int64 // bytes; 0 where the system does not tell
}

// Use measures what this process holds now.
func Use() (u Usage) {
	runtime.GC()
	runtime.GC() // what had finalizers
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u.Heap, u.Goroutines = int64(m.HeapAlloc), runtime.NumGoroutine()
	if list, err := os.ReadDir("/proc/self/fd"); err == nil {
		u.Descriptors = len(list) - 1 // that of the folder itself
	}
	if text, err := os.ReadFile("/proc/self/status"); err == nil {
		_, after, _ := strings.Cut(string(text), "VmRSS:")
		if f := strings.Fields(after); len(f) > 0 {
			n, _ := strconv.ParseInt(f[0], 10, 64) // in kB, as proc_pid_status(5) has it
			u.Resident = n << 10
		}
	}
	return u
}

// String is for a test's log.
func (u Usage) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, heap %d KiB, resident %d KiB", u.Goroutines, u.Descriptors, u.Heap>>10, u.Resident>>10)
}

// NothingLeft fails the test where this process holds more than before: a goroutine, a
// descriptor, or more than heap bytes. What has said that it ends may take a moment.
func NothingLeft(t testing.TB, before Usage, heap int64) {
	t.Helper()
	now := Use()
	for range 100 {
		if now.Goroutines <= before.Goroutines && now.Descriptors <= before.Descriptors {
			break
		}
		time.Sleep(20 * time.Millisecond) // there is no event for the end of a goroutine
		now = Use()
	}
	t.Logf("before: %s; after: %s", before, now)
	if now.Goroutines > before.Goroutines {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines are left: %s", now.Goroutines-before.Goroutines, stacks[:runtime.Stack(stacks, true)])
	}
	if now.Descriptors > before.Descriptors {
		t.Errorf("%d descriptors are left", now.Descriptors-before.Descriptors)
	}
	if grown := now.Heap - before.Heap; grown > heap {
		t.Errorf("the heap grew by %d KiB", grown>>10)
	}
}
