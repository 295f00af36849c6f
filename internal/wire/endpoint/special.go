package endpoint

import "net/netip"

// special are the ranges that are not the public network (IANA's special-purpose
// address registries), the narrower before the wider.
var special = []struct {
	prefix string
	what   string
}{
	{"127.0.0.0/8", "the host itself"},
	{"::1/128", "the host itself"},
	{"0.0.0.0/8", "no address of a host"},
	{"::/128", "no address of a host"},
	{"169.254.0.0/16", "link-local, where cloud hosts keep their credentials"},
	{"fe80::/10", "link-local"},
	{"10.0.0.0/8", "private"},
	{"172.16.0.0/12", "private"},
	{"192.168.0.0/16", "private"},
	{"fc00::/7", "private"},
	{"fec0::/10", "private"},
	{"100.64.0.0/10", "private to a provider"},
	{"198.18.0.0/15", "private to test networks"},
	{"192.0.0.0/24", "reserved"},
	{"224.0.0.0/4", "multicast"},
	{"ff00::/8", "multicast"},
	{"240.0.0.0/4", "reserved or broadcast"},
	// Translations carry an IPv4 address that could be any of the above.
	{"64:ff9b::/96", "a translated IPv4 address"},
	{"64:ff9b:1::/48", "a translated IPv4 address"},
	{"2002::/16", "a tunnelled IPv4 address"},
	{"2001::/32", "a tunnelled IPv4 address"},
	{"::/96", "an embedded IPv4 address"},
}

// Special says what is special about addr, or "" for an ordinary public address.
func Special(addr netip.Addr) string {
	addr = addr.WithZone("").Unmap()
	if !addr.IsValid() {
		return "no address"
	}
	for _, s := range special {
		if netip.MustParsePrefix(s.prefix).Contains(addr) {
			return s.what
		}
	}
	return ""
}
