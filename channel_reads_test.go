package interlock_test

import (
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// P1: what may be read is what a list allows and none denies, in every spelling; the
// zero value is nothing, and of two policies both must allow.
func TestChannelReads(t *testing.T) {
	list := func(names ...string) (out []interlock.ChannelPattern) {
		for _, n := range names {
			out = append(out, interlock.ChannelPattern{Match: n})
		}
		return out
	}
	r := interlock.ChannelReads{Allow: list("SR:*"), Deny: list("SR:SECRET", "SR:*.DESC")}
	for name, want := range map[string]bool{
		"SR:X": true, "SR:X.VAL": true, "ca://SR:X": true, "SR:X.DRVH": true, "SR:SECRET": false, "SR:SECRET.VAL": false, "SR:SECRET.DRVH": false,
		"SR:X.DESC[0:0]": false, "SR:X.DESC[0]": false, "SR:X.[0:1]": false, "SR:X[0]": true, "SR:SECRET.A.B": false,
		"SR:X\nSR:Y": false, "SR:\u202eX": false, "SR:\x1b[2J": false,
		"SR:X.DESC": false, "BR:X": false, "": false, "SR:X.VAL$": false, `SR:X.{"ts":{}}`: false,
	} {
		n := r.Refuses(name)
		if (n == nil) != want {
			t.Errorf("%q: %v", name, n)
		}
		if n != nil && (strings.ContainsAny(n.What+n.Message+n.Hint, "\n\x1b\u202e") || n.Kind != "read" || !strings.Contains(n.Message, "is refused") || n.Hint == "") {
			t.Errorf("%q: it does not teach: %+v", name, n)
		}
	}
	var none interlock.ChannelReads
	if none.Refuses("SR:X") == nil {
		t.Error("the zero value allows")
	}
	both := r.And(interlock.ChannelReads{Allow: list("SR:A*")}).And(interlock.ChannelReads{Allow: list("*"), Deny: list("SR:AB")})
	for name, want := range map[string]bool{"SR:A": true, "SR:AB": false, "SR:X": false, "SR:SECRET": false} {
		if (both.Refuses(name) == nil) != want {
			t.Errorf("both: %q", name)
		}
	}
	if both.And(none).Refuses("SR:A") == nil {
		t.Error("together with nothing it allows")
	}
}
