//go:build !unix

package httpapi

import "math"

// openFiles is how many files, and connections, this process may have open.
func openFiles() uint64 { return math.MaxUint64 }
