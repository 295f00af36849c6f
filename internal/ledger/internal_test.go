package ledger

import "testing"

// TestDecodeRefuses: what has the right digest and is no entry all the same.
func TestDecodeRefuses(t *testing.T) {
	const good = `{"body":{},"kind":"end","prev":"","run":"r","seq":1,"time":"2026-01-02T03:04:05Z","who":{"kind":"self","uid":1}}`
	if e, err := decode([]byte(good)); err != nil || e.Seq != 1 {
		t.Fatal(e, err)
	}
	for name, raw := range map[string]string{
		"a field that nobody reads": `{"body":{},"extra":1,"kind":"end","prev":"","seq":1,"time":"2026-01-02T03:04:05Z","who":{"kind":"self","uid":1}}`,
		"white space":               " " + good, "two values": good + good, "a field twice": `{"body":{},"body":{},` + good[len(`{"body":{},`):],
		"empty": "", "no object": "1", "wrong type": `{"seq":"1"}`,
	} {
		if e, err := decode([]byte(raw)); err == nil {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// TestWithdrawPassesTheLead: a caller that was told to lead and leaves instead
// tells the next, or all would wait for ever.
func TestWithdrawPassesTheLead(t *testing.T) {
	first, second := newWaiting(0), newWaiting(0)
	g := group{queue: []*waiting{first, second}, led: true}
	first.lead <- struct{}{}
	if !g.withdraw(first) || len(second.lead) != 1 || !g.led {
		t.Fatal("the lead was lost")
	}
	if !g.withdraw(second) || g.led || len(g.queue) != 0 {
		t.Fatal("nobody is left, and someone leads")
	}
	if g.withdraw(second) {
		t.Fatal("withdrawn twice")
	}
}
