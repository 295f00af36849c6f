package pvaccess

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// A request that was registered when its channel was closed says nothing of that channel
// to the server, which may end the circuit of who does; who waits for it is told. Found
// by TestStormOfClients: a client ends a channel while a put of it begins.
func TestNothingIsAskedOfAClosedChannel(t *testing.T) {
	var waits atomic.Int64
	l := &link{out: newOutbox(&waits, func() {}), channels: map[uint32]*remote{}, opened: map[uint32]*remote{}, ops: map[uint32]*operation{}}
	c := &remote{l: l, cid: 1, sid: 7, open: true}
	l.channels[c.cid], l.opened[c.sid] = c, c
	var told []answer
	o := c.operation(pva.Get, func(_ *pva.Type, a answer) { told = append(told, a) }, nil)
	c.close()
	before := len(l.out.list)
	o.sendInit(pvRequest(empty, nil))
	if n := len(l.out.list) - before; n > 0 {
		t.Errorf("%d messages about a channel that was closed", n)
	}
	if len(told) != 1 || !errors.Is(told[0].err, errGone) {
		t.Errorf("who waits was told %+v", told)
	}
}
