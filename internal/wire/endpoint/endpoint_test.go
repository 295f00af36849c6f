package endpoint_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/interlock-run/interlock/internal/wire/endpoint"
)

// P5: what is written and what it means.
func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"archiver.example.org:443": "archiver.example.org:443", "Archiver.Example.ORG.:443": "archiver.example.org:443",
		"*.example.org:443": "*.example.org:443", "192.0.2.7:5064": "192.0.2.7:5064", "[2001:db8::7]:80": "[2001:db8::7]:80",
		"[::ffff:192.0.2.7]:80": "192.0.2.7:80", "10.1.0.0/16": "10.1.0.0/16", "fd00::/8": "fd00::/8", "my_host:1": "my_host:1",
	} {
		e, err := endpoint.Parse(in)
		if err != nil || e.String() != want {
			t.Errorf("%s: %q, %v", in, e, err)
			continue
		}
		if again, err := endpoint.Parse(e.String()); err != nil || again != e {
			t.Errorf("%s: read again it is %v, %v", in, again, err)
		}
	}
	for _, in := range []string{"", ":443", "example.org", "example.org:0", "example.org:65536", "example.org:0443", "example.org:https",
		"*:443", "*.org:443", "*.:443", "a.*.org:443", "a*.example.org:443", "https://example.org:443", "example.org:443/x",
		"2001:db8::7:80", "[fe80::1%eth0]:80", "127.0.0.1:80", "[::1]:80", "0.0.0.0:80", "224.0.0.1:80", "[::ffff:127.0.0.1]:80",
		"0.0.0.0/0", "::/0", "10.1.2.3/16", "::ffff:10.0.0.0/104", "10.0.0.0/8:443", "-a.org:1", "a..b:1", "ä.org:1", "1.2.3:80", "a b:1", "a\x00:1"} {
		if e, err := endpoint.Parse(in); err == nil {
			t.Errorf("%q is read as %s", in, e)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		entry, host string
		port        uint16
		want        bool
	}{
		{"a.example.org:443", "A.example.org.", 443, true}, {"a.example.org:443", "a.example.org", 80, false},
		{"a.example.org:443", "a.example.org", 0, true}, {"a.example.org:443", "b.a.example.org", 443, false},
		{"*.example.org:443", "a.b.example.org", 443, true}, {"*.example.org:443", "example.org", 443, false},
		{"*.example.org:443", "badexample.org", 443, false}, {"*.example.org:443", ".example.org", 443, false},
		{"*.example.org:443", "a\x00b.example.org", 443, false},
		{"192.0.2.7:80", "192.0.2.7", 80, true}, {"192.0.2.7:80", "::ffff:192.0.2.7", 80, true}, {"192.0.2.7:80", "192.0.2.8", 80, false},
		{"10.1.0.0/16", "10.1.2.3", 80, false},
	} {
		e, err := endpoint.Parse(c.entry)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Matches(c.host, c.port); got != c.want {
			t.Errorf("%s matches %q:%d: %v", c.entry, c.host, c.port, got)
		}
	}
	if (endpoint.Endpoint{}).Matches("", 0) || (endpoint.Endpoint{}).Matches("a", 1) {
		t.Error("the zero endpoint matches something")
	}
}

// P5, P13: an entry covers another where all that the other lets out it lets out too.
func TestCovers(t *testing.T) {
	entries := []string{"a.example.org:443", "b.a.example.org:443", "a.example.org:80", "*.example.org:443", "*.a.example.org:443", "*.example.org:80", "example.org:443",
		"192.0.2.7:443", "192.0.2.0/24", "192.0.2.0/25", "2001:db8::/32", "[2001:db8::7]:443"}
	want := map[[2]string]bool{
		{"*.example.org:443", "a.example.org:443"}: true, {"*.example.org:443", "b.a.example.org:443"}: true, {"*.example.org:443", "*.a.example.org:443"}: true,
		{"*.a.example.org:443", "b.a.example.org:443"}: true, {"*.example.org:80", "a.example.org:80"}: true, {"192.0.2.0/24", "192.0.2.0/25"}: true,
	}
	for _, a := range entries {
		for _, b := range entries {
			x, err1 := endpoint.Parse(a)
			y, err2 := endpoint.Parse(b)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if got := x.Covers(y); got != (a == b || want[[2]string{a, b}]) {
				t.Errorf("%s covers %s: %v", a, b, got)
			}
		}
	}
	if (endpoint.Endpoint{}).Covers(endpoint.Endpoint{}) {
		t.Error("the zero endpoint covers something")
	}
}

// P5: no name leads to the host, its link or a private network unless that is listed.
func TestCheck(t *testing.T) {
	list := func(entries ...string) (out []endpoint.Endpoint) {
		for _, s := range entries {
			e, err := endpoint.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e)
		}
		return out
	}
	for _, addr := range []string{"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "0.0.0.0", "::", "169.254.169.254", "::ffff:a9fe:a9fe",
		"fe80::1", "fe80::1%eth0", "10.0.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "fd00:ec2::254", "fec0::1", "224.0.0.1", "ff02::1",
		"255.255.255.255", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:1::1", "198.18.0.1"} {
		a := netip.MustParseAddr(addr)
		if err := endpoint.Check(a, 443, list("*.example.org:443", "a.example.org:443", "192.0.2.0/24")); !errors.Is(err, endpoint.ErrSpecial) {
			t.Errorf("%s is let through: %v", addr, err)
		}
	}
	private := netip.MustParseAddr("10.1.2.3")
	for name, c := range map[string]struct {
		entry string
		port  uint16
		want  bool
	}{"its range": {"10.1.0.0/16", 443, true}, "the address": {"10.1.2.3:443", 443, true}, "at another port": {"10.1.2.3:80", 443, false}, "another range": {"10.2.0.0/16", 443, false}} {
		if err := endpoint.Check(private, c.port, list(c.entry)); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, public := range []string{"192.0.2.1", "8.8.8.8", "2001:db8::1", "2606:4700::1111"} {
		if err := endpoint.Check(netip.MustParseAddr(public), 443, nil); err != nil {
			t.Error(err)
		}
	}
}
