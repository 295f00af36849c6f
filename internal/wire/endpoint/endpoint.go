// Package endpoint reads the entries of network.allow: what a connection out of
// a run may go to. Policy decides with them and the sandbox holds a run to them,
// so both read them here.
//
//	archiver.example.org:443   a host by its exact name
//	*.example.org:443          every host below a name, at any depth; not the name itself
//	192.0.2.7:5064             an address; [2001:db8::7]:5064 for IPv6
//	10.1.0.0/16                no endpoint: names above may resolve into this range
//
// Addresses of the host itself, of its link and of private networks are special
// (see [Special]): a name that resolves to one is refused unless such an address
// or range is listed too. Otherwise who controls a name's DNS could point it at
// the host's own services.
//
// The zero Endpoint matches nothing.
package endpoint

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Endpoint is one entry. Exactly one of Host, Addr and Range is set.
type Endpoint struct {
	Host     string       // lower case, without a dot at the end
	Wildcard bool         // every name below Host, which is written with *.
	Addr     netip.Addr   // never an IPv4 address in IPv6 form
	Range    netip.Prefix // masked
	Port     uint16       // 0 with Range only
}

// Parse reads one entry. The error says what to write instead.
func Parse(s string) (Endpoint, error) {
	switch {
	case strings.Contains(s, "://"):
		return Endpoint{}, fmt.Errorf("%q is a URL; write the host and the port: example.org:443", s)
	case strings.Contains(s, "/"):
		return parseRange(s)
	}
	host, text, err := split(s)
	if err != nil {
		return Endpoint{}, err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 || text != strconv.FormatUint(port, 10) {
		return Endpoint{}, fmt.Errorf("%q is not a port from 1 to 65535", text)
	}
	e := Endpoint{Port: uint16(port)}
	if addr, err := netip.ParseAddr(host); err == nil {
		return e.withAddr(addr)
	}
	name, wild := strings.CutPrefix(host, "*.")
	if e.Host, e.Wildcard = Canonical(name), wild; !Valid(e.Host) {
		return Endpoint{}, fmt.Errorf("%q is not the name of a host (letters, digits and hyphens; a name with other letters in its xn-- form)", host)
	}
	if wild && !strings.Contains(e.Host, ".") {
		return Endpoint{}, fmt.Errorf("%q is too wide: below *. there must be a domain such as example.org", host)
	}
	return e, nil
}

// split is net.SplitHostPort with words for people.
func split(s string) (host, port string, err error) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return "", "", fmt.Errorf("%q has no port: %s:443", s, s)
	}
	host, port = s[:i], s[i+1:]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		return host[1 : len(host)-1], port, nil
	}
	if strings.Contains(host, ":") {
		return "", "", fmt.Errorf("%q: an IPv6 address stands in brackets: [2001:db8::7]:443", s)
	}
	return host, port, nil
}

func (e Endpoint) withAddr(a netip.Addr) (Endpoint, error) {
	switch e.Addr = a.Unmap(); {
	case a.Zone() != "":
		return Endpoint{}, fmt.Errorf("%s names an interface of this host, and a run has none of them", a)
	case e.Addr.IsLoopback():
		return Endpoint{}, fmt.Errorf("%s is this host inside a run too, where it means the run's own: give the service another address of this host", a)
	case e.Addr.IsUnspecified(), e.Addr.IsMulticast():
		return Endpoint{}, fmt.Errorf("%s is no address of one host", a)
	}
	return e, nil
}

func parseRange(s string) (Endpoint, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return Endpoint{}, fmt.Errorf("%q is not a range of addresses: 10.1.0.0/16", s)
	}
	if p.Bits() == 0 || p.Addr().Is4In6() {
		return Endpoint{}, fmt.Errorf("%s is too wide", s)
	}
	if p != p.Masked() {
		return Endpoint{}, fmt.Errorf("%s is spelled in a roundabout way: %s", s, p.Masked())
	}
	return Endpoint{Range: p}, nil
}

// String is e as it is written.
func (e Endpoint) String() string {
	switch {
	case e.Range.IsValid():
		return e.Range.String()
	case e.Addr.IsValid():
		return netip.AddrPortFrom(e.Addr, e.Port).String()
	case e.Wildcard:
		return fmt.Sprintf("*.%s:%d", e.Host, e.Port)
	}
	return fmt.Sprintf("%s:%d", e.Host, e.Port)
}

// Matches reports whether e lets a connection to host go out, as far as its name
// tells; port 0 is any. An address matches only an entry that spells it.
func (e Endpoint) Matches(host string, port uint16) bool {
	if port != 0 && port != e.Port || e.Range.IsValid() {
		return false
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return e.Addr.IsValid() && e.Addr == addr.Unmap()
	}
	host = Canonical(host)
	if e.Wildcard {
		return Valid(host) && strings.HasSuffix(host, "."+e.Host)
	}
	return e.Host != "" && host == e.Host
}

// Covers reports whether all that other names is named by e too: the same entry, a
// host below its wildcard, a range in its range. An address is not covered by a
// range, which lets names resolve to it and nothing go to it.
func (e Endpoint) Covers(other Endpoint) bool {
	switch {
	case e == other:
		return e != Endpoint{}
	case e.Range.IsValid() && other.Range.IsValid():
		return e.Range.Bits() <= other.Range.Bits() && e.Range.Contains(other.Range.Addr())
	}
	return e.Wildcard && e.Port == other.Port && strings.HasSuffix(other.Host, "."+e.Host)
}

// Canonical is a host's name in lower case without a dot at its end.
func Canonical(name string) string { return strings.TrimSuffix(strings.ToLower(name), ".") }

// Valid reports whether name, in canonical form, can be a host's.
func Valid(name string) bool {
	if name == "" || len(name) > 253 || strings.Trim(name, "0123456789.") == "" {
		return false
	}
	for _, label := range strings.Split(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

// ErrSpecial is wrapped by what [Check] refuses.
var ErrSpecial = errors.New("no name may lead there unless network.allow lists the address or its range")

// Check refuses addr, which a name resolved to, where it is special and nothing
// in list names it: an address with this port, or a range.
func Check(addr netip.Addr, port uint16, list []Endpoint) error {
	addr = addr.WithZone("").Unmap()
	what := Special(addr)
	if what == "" {
		return nil
	}
	for _, e := range list {
		if e.Range.IsValid() && e.Range.Contains(addr) || e.Addr == addr && e.Port == port {
			return nil
		}
	}
	return fmt.Errorf("its address %s is %s, and %w", addr, what, ErrSpecial)
}
