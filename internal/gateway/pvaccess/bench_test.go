package pvaccess_test

import (
	"testing"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// BenchmarkGet: one get, through the gateway and past it.
func BenchmarkGet(b *testing.B) {
	f := startFake(b, &fake{})
	past := &road{t: b, tcp: f.port()}
	for name, r := range map[string]*road{"direct": past, "gateway": open(b, writing(), nil, []int{f.port()})} {
		b.Run(name, func(b *testing.B) {
			mine := *r
			mine.t = b
			c := mine.dial()
			defer c.conn.Close()
			sid := c.channel(1, "H:A")
			t := c.init(pva.Get, sid, 1)
			for b.Loop() {
				c.get(sid, 1, t)
			}
		})
	}
}
