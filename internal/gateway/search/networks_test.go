package search

import (
	"net/netip"
	"slices"
	"testing"
)

func addr(s string) netip.Addr {
	if s == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(s)
}

// up is an interface in use with an address; broadcast and peer are "" where there is none.
func up(local, broadcast, peer string) Interface {
	return Interface{Up: true, CanBroadcast: peer == "", PointToPoint: peer != "", Local: netip.MustParsePrefix(local), Broadcast: addr(broadcast), Peer: addr(peer)}
}

// The table is what osiSockDiscoverBroadcastAddresses of EPICS base makes of the same
// interfaces. P13: what is not known to be up and able is not asked.
func TestNetworks(t *testing.T) {
	down, lo, neither := up("10.1.0.5/24", "10.1.0.255", ""), up("127.0.0.1/8", "127.255.255.255", ""), up("10.1.0.5/24", "10.1.0.255", "")
	down.Up, lo.Loopback, neither.CanBroadcast = false, true, false
	both := up("10.9.0.1/32", "10.9.0.255", "10.9.0.2")
	both.CanBroadcast = true
	for name, c := range map[string]struct {
		list []Interface
		want []string
	}{
		"none":                          {nil, nil},
		"the zero value":                {[]Interface{{}}, nil},
		"one network":                   {[]Interface{up("10.1.0.5/24", "10.1.0.255", "")}, []string{"10.1.0.255"}},
		"two, and two addresses in one": {[]Interface{up("10.1.0.5/24", "10.1.0.255", ""), up("10.1.0.6/24", "10.1.0.255", ""), up("10.2.0.5/22", "10.2.3.255", "")}, []string{"10.1.0.255", "10.1.0.255", "10.2.3.255"}},
		"down":                          {[]Interface{down}, nil},
		"loopback":                      {[]Interface{lo}, nil},
		"does not broadcast":            {[]Interface{neither}, nil},
		"no broadcast address is set":   {[]Interface{up("10.1.0.5/24", "", ""), up("10.1.0.5/24", "0.0.0.0", "")}, nil},
		"point to point":                {[]Interface{up("10.8.0.1/32", "", "10.8.0.2")}, []string{"10.8.0.2"}},
		"no far end":                    {[]Interface{{Up: true, PointToPoint: true, Local: netip.MustParsePrefix("10.8.0.1/32")}}, nil},
		"broadcast before the far end":  {[]Interface{both}, []string{"10.9.0.255"}},
		"broadcast is loopback":         {[]Interface{up("10.1.0.5/24", "127.255.255.255", "")}, nil},
		"IPv6":                          {[]Interface{up("10.1.0.5/24", "ff02::1", "")}, nil},
		"one of them down":              {[]Interface{down, up("10.2.0.5/24", "10.2.0.255", "")}, []string{"10.2.0.255"}},
	} {
		var got []string
		for _, n := range Networks(c.list) {
			got = append(got, n.Ask.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: asks %v, not %v", name, got, c.want)
		}
	}
}

func TestAHostBesideKnowsItsNetwork(t *testing.T) {
	networks := Networks([]Interface{up("10.1.0.5/24", "10.1.0.255", ""), up("10.8.0.1/32", "", "10.8.0.2")})
	for a, want := range map[string]int{"10.1.0.77": 0, "10.1.1.77": -1, "10.8.0.2": 1, "10.8.0.1": 1, "10.8.0.3": -1} {
		if got := beside(networks, addr(a)); got != want {
			t.Errorf("%s is in network %d, not %d", a, got, want)
		}
	}
}

// N2: an answer never leads to what only this host should reach.
func TestCredible(t *testing.T) {
	for _, c := range []struct {
		server, from string
		want         bool
	}{
		{"10.1.0.7", "10.1.0.7", true}, {"10.1.0.7", "10.1.0.8", true}, {"::ffff:10.1.0.7", "10.1.0.7", true},
		{"127.0.0.1", "10.1.0.7", false}, {"127.1.2.3", "10.1.0.7", false}, {"::ffff:127.0.0.1", "10.1.0.7", false}, {"::1", "10.1.0.7", false},
		{"127.0.0.1", "127.0.0.1", true}, {"127.0.0.2", "::ffff:127.0.0.1", true},
		{"0.0.0.0", "10.1.0.7", false}, {"255.255.255.255", "10.1.0.7", false}, {"224.0.0.1", "10.1.0.7", false}, {"", "10.1.0.7", false},
	} {
		if got := Credible(addr(c.server), addr(c.from)); got != c.want {
			t.Errorf("an answer from %s that leads to %s: %v", c.from, c.server, got)
		}
	}
}
