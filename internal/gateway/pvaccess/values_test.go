package pvaccess_test

import (
	_ "embed"
	"math"
	"sync"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

//go:embed testdata/kinds.py
var kinds string

// odd are numbers at the edges of what some type holds.
var odd = []float64{0, math.Copysign(0, -1), 1, -1, 2, 3, 0.5, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32,
	1 << 53, 1<<53 + 2, -1 << 31, -1 << 53, -1<<53 - 2, 1 << 62, 1e300, 1e-300, -1e308, math.MaxFloat32, 1e39, math.SmallestNonzeroFloat64, math.NaN(), math.Inf(1), math.Inf(-1)}

// fits reports whether a client can say n in numbers of t.
func fits(t *pva.Type, n float64) bool {
	v := pva.OfFloat(pva.Scalar(t.Code), n)
	e := pva.NewEncoder(false, false)
	e.Value(v)
	back := pva.NewDecoder(e.B, false).Value(v.Type, nil).Float()
	return back == n || t.Code == pva.Float32 || math.IsNaN(n) && math.IsNaN(back)
}

// N2: what is decided on, recorded and stored is one value, for every kind of record,
// and a put that is refused leaves what was there.
func TestStoredIsWhatWasDecided(t *testing.T) {
	ioc := gatewaytest.StartIOC(t, "T", kinds)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:*"}), nil, []int{ioc.PVA})
	c := r.dial()
	id, done, refused := uint32(0), 0, 0
	for k, name := range []string{"DBL", "INT", "LONG", "MBB", "BO", "WCHAR", "WUCHAR", "WSHORT", "WUSHORT", "WLONG", "WULONG", "WINT64", "WUINT64", "WFLOAT", "WDOUBLE"} {
		sid := c.channel(uint32(k), "T:"+name)
		id += 2
		get, typ := id, c.init(pva.Get, sid, id)
		c.init(pva.Put, sid, id+1)
		path := "value"
		if at, _ := typ.At("value.index"); at != nil {
			path = "value.index"
		}
		at, bit := typ.At(path)
		var mask pva.Bits
		mask.Set(bit)
		for _, n := range odd {
			if !fits(at, n) {
				continue
			}
			v := pva.OfFloat(at, n)
			if at.Form != pva.Single {
				v = pva.OfFloats(at, []float64{1, n})
			}
			before, intents := c.get(sid, get, typ).At(path), len(r.ledger.Puts())
			s := c.put(sid, id+1, pva.Value{Type: typ}.With(path, v), mask)
			stored, puts := c.get(sid, get, typ).At(path), r.ledger.Puts()
			if !s.Good() {
				refused++
				if !stored.Same(before) || len(puts) != intents {
					t.Errorf("%s: a put of %g was refused (%s) and stored", name, n, s.Text)
				}
				continue
			}
			done++
			decided := puts[len(puts)-1].New.Numbers
			want := pva.OfFloats(pva.ListOf(at.Code), decided)
			if at.Form == pva.Single {
				want = pva.OfFloat(at, decided[0])
			}
			if !stored.Same(want) {
				t.Errorf("%s: a put of %g was decided on as %v and stored as %v %v", name, n, decided, stored.Integer(), stored.Data())
			}
		}
	}
	if done < 100 || refused < 30 {
		t.Errorf("%d puts were done and %d refused", done, refused)
	}
	t.Logf("%d puts were done and %d refused", done, refused)
}

// N2: clients that race keep to max_step: each put is decided on from where the one
// before it left the record, whether or not it waits to be processed.
func TestClientsThatRaceKeepToTheStep(t *testing.T) {
	ioc := gatewaytest.StartIOC(t, "T", kinds)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:DBL", MaxStep: number(1)}), nil, []int{ioc.PVA})
	var group sync.WaitGroup
	for k := range 6 {
		c := r.dial()
		sid := c.channel(1, "T:DBL")
		typ := c.initAsking(pva.Put, sid, 1, map[string]string{"block": []string{"true", "false"}[k%2]})
		at, bit := typ.At("value")
		var mask pva.Bits
		mask.Set(bit)
		group.Go(func() {
			for n := range 60 {
				c.put(sid, 1, pva.Value{Type: typ}.With("value", pva.OfFloat(at, float64((n+k)%4)/2)), mask)
			}
		})
	}
	group.Wait()
	puts, refused, was := r.ledger.Puts(), 0, 0.0
	for _, n := range r.stop().Refused {
		refused += n.Count
	}
	for i, p := range puts {
		if old, now := p.Old.Numbers[0], p.New.Numbers[0]; old != was || math.Abs(now-old) > 1 {
			t.Errorf("put %d: from %g to %g, after %g", i, old, now, was)
		}
		was = p.New.Numbers[0]
	}
	if len(puts)+refused != 360 || refused == 0 {
		t.Errorf("%d puts, %d refused", len(puts), refused)
	}
}
