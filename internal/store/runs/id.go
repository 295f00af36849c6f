package runs

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"time"
)

// An id is nine characters of milliseconds since 1970, a dash, and four random
// ones, in Crockford's base 32 (https://www.crockford.com/base32.html) in lower
// case: "1q3kx0v2f-7k2m". Ids sort by time, hold no letter that looks like a digit,
// and any unique part of one is enough to type.
const (
	digits     = "0123456789abcdefghjkmnpqrstvwxyz"
	timeDigits = 9 // until the year 3084
	tailDigits = 4
)

// NewID returns the id of a run that starts at now.
func NewID(now time.Time) string {
	var random [4]byte
	rand.Read(random[:]) // never fails
	return base32(uint64(now.UnixMilli()), timeDigits) + "-" + base32(uint64(binary.BigEndian.Uint32(random[:])), tailDigits)
}

// ValidID reports whether id has the form of NewID's, and so names a folder
// directly under the store's.
func ValidID(id string) bool {
	if len(id) != timeDigits+1+tailDigits || id[timeDigits] != '-' {
		return false
	}
	return strings.Trim(id[:timeDigits]+id[timeDigits+1:], digits) == ""
}

// idTime returns when the run with a valid id started.
func idTime(id string) time.Time {
	var ms int64
	for _, c := range id[:timeDigits] {
		ms = ms<<5 | int64(strings.IndexRune(digits, c))
	}
	return time.UnixMilli(ms)
}

func base32(n uint64, length int) string {
	b := make([]byte, length)
	for i := length - 1; i >= 0; i-- {
		b[i] = digits[n&31]
		n >>= 5
	}
	return string(b)
}
