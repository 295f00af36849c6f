package confine

import (
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	began := time.Now()
	h := Probe()
	t.Logf("%v\n%+v", time.Since(began), h)
}
