package analysis

import (
	"fmt"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

// evalShare is a count of a whole.
type evalShare struct{ n, of int }

func (s *evalShare) add(hit bool) {
	s.of++
	if hit {
		s.n++
	}
}

func (s evalShare) share() float64 { return float64(s.n) / float64(max(s.of, 1)) }

func (s evalShare) String() string {
	if s.of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %% (%d/%d)", 100*s.share(), s.n, s.of)
}

// evalColumn is one detector's numbers.
type evalColumn struct {
	name          string
	found, sure   evalShare            // of the writing and hostile scripts
	hits, alarms  map[string]evalShare // by kind
	exact, strict evalShare            // channels; strict: and nothing else is left open
	alike         evalShare            // channels, with NAME and NAME.VAL, which EPICS takes for one, as one
	channels      bool                 // whether the detector names channels at all
}

func newColumn(name string, set []evalScript, verdicts []evalVerdict) evalColumn {
	c := evalColumn{name: name, hits: map[string]evalShare{}, alarms: map[string]evalShare{}}
	for i, s := range set {
		v, m := verdicts[i], c.alarms
		if s.writes() {
			m = c.hits
			c.found.add(v.writes)
			c.sure.add(v.sure)
			if !s.runtime() {
				c.exact.add(evalExact(s, v))
				c.strict.add(evalExact(s, v) && !v.loose)
				c.alike.add(slices.Equal(withoutVAL(s.channels), withoutVAL(v.channels)))
			}
		}
		share := m[s.kind]
		share.add(v.writes)
		m[s.kind] = share
		c.channels = c.channels || len(v.channels) > 0
	}
	return c
}

func verdictOf(f *interlock.Facts) evalVerdict {
	v := evalVerdict{writes: f.Control.Writes != interlock.None, sure: f.Control.Writes.Detected()}
	for _, a := range f.Accesses {
		if a.Op == interlock.OpRead {
			continue
		}
		if a.Channels.Kind == "exact" {
			v.channels = append(v.channels, a.Channels.Values...)
		} else {
			v.loose = true
		}
		v.because = append(v.because, fmt.Sprintf("%d: %s %s%v", a.Line, a.API, a.Channels.Kind, a.Channels.Values))
	}
	for _, u := range f.Unresolved {
		if u.Writes {
			v.loose = true
			v.because = append(v.because, fmt.Sprintf("%d: unresolved %s: %s", u.Line, u.What, u.Why))
		}
	}
	slices.Sort(v.channels)
	v.channels = slices.Compact(v.channels)
	return v
}

func evalExact(s evalScript, v evalVerdict) bool { return slices.Equal(s.channels, v.channels) }

func withoutVAL(channels []string) (out []string) {
	for _, c := range channels {
		out = append(out, strings.TrimSuffix(c, ".VAL"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// evalTable is what `make eval` prints: a line a question, a column a detector.
func evalTable(columns []evalColumn) string {
	var out strings.Builder
	row := func(name, target string, cell func(evalColumn) string) {
		fmt.Fprintf(&out, "%-44s %-8s", name, target)
		for _, c := range columns {
			fmt.Fprintf(&out, " %-20s", cell(c))
		}
		out.WriteString("\n")
	}
	row("", "target", func(c evalColumn) string { return c.name })
	row("writes found", ">= 99 %", func(c evalColumn) string { return c.found.String() })
	row("  of writing scripts", "", func(c evalColumn) string { return c.hits["writing"].String() })
	row("  of hostile scripts", "", func(c evalColumn) string { return c.hits["hostile"].String() })
	row("  definite or possible, not unresolved", "", func(c evalColumn) string { return c.sure.String() })
	row("false alarms on reading scripts", "<= 5 %", func(c evalColumn) string { return c.alarms["reading"].String() })
	row("false alarms on tempting scripts", "", func(c evalColumn) string { return c.alarms["tempting"].String() })
	row("false alarms on science", "0", func(c evalColumn) string { return c.alarms["science"].String() })
	row("channels exact, of names not run-time data", ">= 85 %", func(c evalColumn) string { return channelCell(c, c.exact) })
	row("  and no write left open beside them", "", func(c evalColumn) string { return channelCell(c, c.strict) })
	row("  with NAME and NAME.VAL as one", "", func(c evalColumn) string { return channelCell(c, c.alike) })
	return out.String()
}

func channelCell(c evalColumn, s evalShare) string {
	if !c.channels {
		return "-"
	}
	return s.String()
}

// evalMisses lists every miss by what it is and its kind, with what the analyser said.
func evalMisses(set []evalScript, verdicts []evalVerdict) string {
	var out strings.Builder
	section := func(title string, miss func(evalScript, evalVerdict) bool, say func(evalScript, evalVerdict) []string) {
		for _, kind := range evalKinds {
			var lines []string
			n := 0
			for i, s := range set {
				if s.kind == kind && miss(s, verdicts[i]) {
					n++
					lines = append(append(lines, "  "+s.kind+"/"+s.name), say(s, verdicts[i])...)
				}
			}
			if n > 0 {
				fmt.Fprintf(&out, "%s, %s: %d\n%s\n", title, kind, n, strings.Join(lines, "\n"))
			}
		}
	}
	section("write missed", func(s evalScript, v evalVerdict) bool { return s.writes() && !v.writes }, sayLabel)
	section("false alarm", func(s evalScript, v evalVerdict) bool { return !s.writes() && v.writes }, sayWhy)
	section("channels not exact", func(s evalScript, v evalVerdict) bool {
		return s.writes() && v.writes && !s.runtime() && !evalExact(s, v)
	}, sayChannels)
	return out.String()
}

func sayLabel(s evalScript, _ evalVerdict) []string {
	return []string{"      writes " + s.label["channels"]}
}

func sayWhy(_ evalScript, v evalVerdict) (out []string) {
	for _, b := range v.because {
		out = append(out, "      line "+b)
	}
	return out
}

func sayChannels(s evalScript, v evalVerdict) []string {
	return append([]string{"      label " + s.label["channels"], "      got   " + strings.Join(v.channels, " ")}, sayWhy(s, v)...)
}
