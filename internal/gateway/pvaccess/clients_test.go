package pvaccess_test

import (
	"testing"

	"github.com/interlock-run/interlock"
)

func TestP4PReadsEveryKind(t *testing.T) {
	i := startIOC(t)
	r := open(t, interlock.Grant{Reads: reads}, []int{i.udp}, nil)
	said := r.run(p4p + `
say(c.get("T:DBL").value)
say(c.get("T:INT").value)
say(c.get("T:STR").value)
say(c.get("T:ENUM").value.index)
say(str(n.get("T:ENUM")))
say(list(c.get("T:WAVE").value))
`)
	t.Log(said)
}

func TestP4PPuts(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:DBL", Min: number(-5), Max: number(5)}), []int{i.udp}, nil)
	said := r.run(p4p + `
n.put("T:DBL", 5.0)
say(c.get("T:DBL").value)
say(wrong(n.put, "T:DBL", 5.0001))
say(wrong(n.put, "T:OTHER", 5.0001))
say(c.get("T:DBL").value)
`)
	t.Log(said)
	t.Log(r.stop())
}
