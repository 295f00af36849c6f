package forward

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"github.com/interlock-run/interlock/internal/wire/endpoint"
)

// names gives listed names an address inside, and keeps where they lead outside.
type names struct {
	layout *Layout
	config Config

	mu      sync.Mutex
	inside  map[string]netip.Addr
	outside map[netip.Addr]string // the inverse
	spare   []netip.Addr
	pins    map[string]*pin
	lookups int // of names below wildcards
}

// pin is a name's answer for the length of a run.
type pin struct {
	once  sync.Once
	addrs []netip.Addr
	err   error
}

// errTooMany is wrapped where a run uses up its wildcards.
var errTooMany = errors.New("too many different names below the wildcards of network.allow in one run")

func newNames(l *Layout, c Config) *names {
	n := &names{layout: l, config: c, inside: map[string]netip.Addr{}, outside: map[netip.Addr]string{}, pins: map[string]*pin{}, spare: slices.Clone(l.spare)}
	for _, h := range l.Hosts {
		n.inside[h.Name], n.outside[h.Addr] = h.Addr, h.Name
	}
	return n
}

// ask returns the address inside of a listed name. A name below a wildcard must
// lead somewhere first.
func (n *names) ask(ctx context.Context, name string) (netip.Addr, error) {
	if addr, ok := n.insideOf(name); ok {
		return addr, nil
	}
	_, err := n.addresses(ctx, name)
	if err != nil {
		return netip.Addr{}, err
	}
	for _, port := range n.layout.ports(name) {
		if _, err = n.reach(ctx, name, port); err == nil {
			return n.take(name)
		}
	}
	return netip.Addr{}, err
}

func (n *names) insideOf(name string) (netip.Addr, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	addr, ok := n.inside[name]
	return addr, ok
}

// take gives name a spare address.
func (n *names) take(name string) (netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if addr, ok := n.inside[name]; ok {
		return addr, nil
	}
	if len(n.spare) == 0 {
		return netip.Addr{}, fmt.Errorf("%w: %d is the most", errTooMany, Spare)
	}
	addr := n.spare[0]
	n.spare = n.spare[1:]
	n.inside[name], n.outside[addr] = addr, name
	return addr, nil
}

// nameOf is the name that has an address inside; "" is none.
func (n *names) nameOf(addr netip.Addr) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.outside[addr]
}

// reach returns where a connection to name at port may be dialled.
func (n *names) reach(ctx context.Context, name string, port uint16) ([]netip.Addr, error) {
	addrs, err := n.addresses(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, a := range addrs { // one that may not be is enough to distrust the answer
		if err := endpoint.Check(a, port, n.layout.list); err != nil {
			return nil, err
		}
	}
	return addrs, nil
}

// addresses looks name up outside, once.
func (n *names) addresses(ctx context.Context, name string) ([]netip.Addr, error) {
	p, err := n.pinOf(name)
	if err != nil {
		return nil, err
	}
	p.once.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
		defer cancel()
		p.addrs, p.err = n.config.Lookup(ctx, name)
		if p.err == nil && len(p.addrs) == 0 {
			p.err = errors.New("the name has no address")
		}
		p.addrs = p.addrs[:min(len(p.addrs), maxAddrs)]
	})
	return p.addrs, p.err
}

// maxAddrs is how many addresses of a name are kept and tried.
const maxAddrs = 8

func (n *names) pinOf(name string) (*pin, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p := n.pins[name]; p != nil {
		return p, nil
	}
	if _, exact := n.inside[name]; !exact {
		if n.lookups >= MaxLookups {
			return nil, fmt.Errorf("%w: %d is the most", errTooMany, MaxLookups)
		}
		n.lookups++
	}
	n.pins[name] = &pin{}
	return n.pins[name], nil
}
