package channelaccess_test

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
)

//go:embed testdata/callbacks.py
var callbacksProgram string

// N8: where the runner's shim is loaded, what is refused raises with the gateway's
// reason in every client, and a put that nobody waits for has it on stderr.
func raises(t *testing.T, ioc *gatewaytest.IOC, b *bench, library, channel string) {
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: channel, Min: f64(-5), Max: f64(5)}))
	got, said := heard(t, r, library, true, []any{"put", channel, 4.0}, []any{"put", channel, 6.0}, []any{"put", "T:C39", 1.0}, []any{"put", channel, 3.0},
		[]any{"throw", channel, 7.0}, []any{"get", channel})
	for _, i := range []int{0, 3, 5} {
		if got[i].Raised != "" {
			t.Errorf("what is granted raises: %+v", got[i])
		}
	}
	if want := "put of 6 to " + channel + " is refused: the most is 5"; !strings.Contains(got[1].Raised, want) {
		t.Errorf("%+v does not say %q", got[1], want)
	}
	if want := "put to T:C39 is refused: no entry grants it"; !strings.Contains(got[2].Raised, want) {
		t.Errorf("%+v does not say %q", got[2], want)
	}
	// caproto's sync client has closed the circuit before the answer comes.
	if want := "put of 7 to " + channel + " is refused: the most is 5"; !strings.Contains(said, want) && library != "caproto_sync" {
		t.Errorf("nobody waited, and nobody was told: %s", said)
	}
	if values := arrived(t, ioc, channel); !slices.Equal(values, []string{"4.0", "3.0"}) {
		t.Errorf("arrived: %v", values)
	}
	ro := b.open(t, "alice", interlock.Grant{Mode: interlock.ReadOnly, Reads: interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "T:C*"}}}})
	got = ask(t, ro, library, true, []any{"put", channel, 2.0}, []any{"get", "T:MBB"}, []any{"get", channel})
	if want := "reading T:MBB is refused: control_system.epics.read.allow does not list it"; !strings.Contains(got[1].Raised, want) {
		t.Errorf("%+v does not say %q", got[1], want)
	}
	if got[2].Raised != "" {
		t.Errorf("an allowed read raises: %s", got[2].Raised)
	}
	if !strings.Contains(got[0].Raised, "put to "+channel+" is refused: the run is read_only") {
		t.Errorf("in read_only: %+v", got)
	}
}

// What is done has the same values, the same callbacks in the same order and raises as
// little as without the shim; and a put that is refused in one thread raises in no other.
func unchanged(t *testing.T, b *bench, channel string) {
	grant := writes(interlock.ChannelGrant{Match: channel, Min: f64(-5), Max: f64(5)})
	for _, library := range libraries {
		var before string
		for _, shim := range []bool{false, true} {
			r := b.open(t, "alice", grant)
			var now strings.Builder
			for _, a := range ask(t, r, library, shim, []any{"put", channel, 1.5}, []any{"get", channel}, []any{"throw", channel, 2.5}, []any{"get", channel}) {
				fmt.Fprintln(&now, a.Op, a.Value, a.Raised)
			}
			if shim && now.String() != before {
				t.Errorf("%s without the shim:\n%sand with it:\n%s", library, before, now.String())
			}
			before = now.String()
		}
	}
	var before string
	for _, shim := range []bool{false, true} {
		out := gatewaytest.Client(t, b.open(t, "alice", grant).env, callbacksProgram, runner(t, shim), channel)
		if shim && out != before {
			t.Errorf("without the shim:\n%sand with it:\n%s", before, out)
		}
		if !strings.Contains(out, "the end") {
			t.Errorf("the client did not come to its end:\n%s", out)
		}
		before = out
	}
}
