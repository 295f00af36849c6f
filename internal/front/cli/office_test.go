package cli

import "testing"

// TestAimed (N8): what is typed next goes by the rules, and to the server, that this command
// went by. Otherwise `runs start` finds that nothing is as it was approved.
func TestAimed(t *testing.T) {
	rules := where{Config: "c d.yml", Policy: "p.yaml"}.flags()
	for _, c := range []struct {
		call       call
		text, want string
	}{
		{call{}, "type `interlock runs start x`", "type `interlock runs start x`"},
		{call{rules: rules}, "type `interlock runs start x`; or `interlock run FILE`", "type `interlock runs start x --config 'c d.yml' --policy p.yaml`; or `interlock run FILE`"},
		{call{rules: rules}, "`interlock policy check`", "`interlock policy check --config 'c d.yml' --policy p.yaml`"},
		{call{rules: rules[2:]}, "`interlock ledger query --policy q`", "`interlock ledger query --policy q`"},
		{call{socket: "/s"}, "`interlock runs start x` `interlock ledger verify`", "`interlock runs start x --server /s` `interlock ledger verify`"},
	} {
		if got := c.call.aimed(c.text); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}
