package interlock

import (
	"slices"
	"strings"
)

// And returns the entries under which a put is allowed exactly where gs and other
// both allow it. A channel has to be granted by each of them, so the entries of
// other get layers of their own; whatever matches a channel holds, so limits and
// what must not be written add up by themselves.
func (gs ChannelGrants) And(other ChannelGrants) ChannelGrants {
	if gs == nil && other == nil {
		return nil
	}
	below, all := gs.layers(), gs.layers()+other.layers()
	out := make(ChannelGrants, 0, len(gs)+len(other))
	for _, g := range gs {
		g.Layers = all
		out = append(out, g)
	}
	for _, g := range other {
		g.Layer, g.Layers = below+g.Layer, all
		out = append(out, g)
	}
	return out
}

// layers is how many lists gs was put together from, each of which has to grant a
// channel. Every entry carries the number, so that a list that lost entries, even
// all of one layer, grants less and never more.
func (gs ChannelGrants) layers() int {
	n := 1
	for i := range gs {
		n = max(n, gs[i].Layers)
	}
	return n
}

// layer is the entries of one layer.
func (gs ChannelGrants) layer(n int) (out ChannelGrants) {
	for _, g := range gs {
		if g.Layer == n {
			out = append(out, g)
		}
	}
	return out
}

// without is the first layer of gs in which hit grants nothing, or -1.
func (gs ChannelGrants) without(hit ChannelGrants) int {
	for n := range gs.layers() {
		granted := false
		for i := range hit {
			granted = granted || hit[i].Layer == n && hit[i].Writable
		}
		if !granted {
			return n
		}
	}
	return -1
}

// ofLayer names the policy that a layer came from, for the middle of a sentence;
// "" where there is only one, or nothing to tell it by.
func (gs ChannelGrants) ofLayer(n int) string {
	if one := gs.layer(n); gs.layers() > 1 && len(one) > 0 && one[0].Policy.File != "" {
		return " of " + one[0].Policy.File
	}
	return ""
}

// records is the names and patterns of records that one layer grants.
type records struct {
	exact map[string]bool
	globs []string
}

func (r *records) add(record string) {
	if strings.ContainsAny(record, "*?") {
		r.globs = append(r.globs, record)
		return
	}
	if r.exact == nil {
		r.exact = map[string]bool{}
	}
	r.exact[record] = true
}

func (r *records) has(record string) bool {
	return r.exact[record] || slices.ContainsFunc(r.globs, func(glob string) bool { return MatchGlob(glob, record) })
}

// layersMeet reports whether some record matches pattern and is granted by every
// layer.
func layersMeet(pattern string, layers []records) bool {
	for i := range layers {
		for record := range layers[i].exact {
			lacks := func(r records) bool { return !r.has(record) }
			if MatchGlob(pattern, record) && !slices.ContainsFunc(layers, lacks) {
				return true
			}
		}
	}
	return globsOfLayersMeet([][]rune{[]rune(pattern)}, layers)
}

// globsOfLayersMeet tries each choice of one pattern with a wildcard from each
// layer, and gives a choice up as soon as it leaves no text.
func globsOfLayersMeet(chosen [][]rune, layers []records) bool {
	if len(layers) == 0 {
		return true
	}
	for _, glob := range layers[0].globs {
		next := append(chosen[:len(chosen):len(chosen)], []rune(glob))
		if allGlobsMeet(next) && globsOfLayersMeet(next, layers[1:]) {
			return true
		}
	}
	return false
}
