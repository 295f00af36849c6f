package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// readLimits reads the limits file that the merged document names. What is wrong
// with it, or that it is not there, is a fault of the policy: no limits must
// never mean no bounds. The bytes are part of the policy's version.
func (p *Policy) readLimits() (source []byte, faults strictyaml.Faults) {
	named := p.doc.ControlSystem.EPICS.Write.LimitsFile
	if !named.Set || named.V.Text == "" {
		return nil, nil
	}
	path := named.V.Text
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(named.File), path)
	}
	read := strictyaml.ReadTrusted
	if p.o.NotInForce {
		read = strictyaml.ReadAny
	}
	p.files = append(p.files, path)
	source, err := read(path)
	unavailable := strictyaml.Fault{Place: named.V.Place, Path: "control_system.epics.write.limits_file", Hint: "a channel_limits.json that only root or you may write"}
	if err != nil {
		unavailable.Message = fmt.Sprintf("%s: the limits file %s cannot be read: %v", interlock.LimitsUnavailable, path, err)
		return nil, strictyaml.Faults{unavailable}
	}
	if len(source) > strictyaml.MaxSize {
		unavailable.Message = fmt.Sprintf("%s: the limits file %s has more than %d bytes", interlock.LimitsUnavailable, path, strictyaml.MaxSize)
		return nil, strictyaml.Faults{unavailable}
	}
	l := limits{file: path, source: source}
	p.channels = append(p.channels, l.parse()...)
	return source, l.faults
}

// limits is one channel_limits.json while it is read. One bad row refuses the
// whole file, where others skip the row and leave its channel without limits.
type limits struct {
	file   string
	source []byte
	faults strictyaml.Faults
	at     int64 // the offset that a fault is about
	seen   map[string]bool

	counted int64 // how far lines were counted, and how many there were
	lines   int
}

func (l *limits) fault(message, hint string) {
	head := l.source[:min(l.at, int64(len(l.source)))]
	line := head[bytes.LastIndexByte(head, '\n')+1:]
	place := strictyaml.Place{File: l.file, Line: bytes.Count(head, []byte("\n")) + 1, Column: utf8.RuneCount(line) + 1}
	f := strictyaml.File{Name: l.file, Source: l.source}
	f.Add(place, "control_system.epics.write.limits_file", message, hint)
	l.faults = append(l.faults, f.Faults...)
}

// member is one key of an object with where its value begins.
type member struct {
	key   string
	at    int64
	value json.RawMessage
}

// object reads raw, an object that begins at offset base of the file. A key that
// is given twice is a fault: one of the two would be lost.
func (l *limits) object(raw json.RawMessage, base int64, what string) (members []member, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		l.at = base
		l.fault(what+" is not an object", `{"CHANNEL": {"min_value": 0, "max_value": 1}}`)
		return nil, false
	}
	given := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		name, isKey := key.(string)
		m := member{key: name, at: base + d.InputOffset() - int64(len(name)) - 2}
		if err == nil {
			err = d.Decode(&m.value)
		}
		if err != nil || !isKey {
			l.at = base + d.InputOffset()
			l.fault(fmt.Sprintf("this is not JSON: %v", err), "")
			return nil, false
		}
		if given[name] {
			l.at = m.at
			l.fault(fmt.Sprintf("the key %q is given twice", name), "each key once")
		}
		given[name] = true
		members = append(members, m)
	}
	if _, err := d.Token(); err != nil {
		l.at = base + d.InputOffset()
		l.fault(fmt.Sprintf("this is not JSON: %v", err), "")
		return nil, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		l.at = base + d.InputOffset()
		l.fault("there is more after the object", "one object and nothing else")
		return nil, false
	}
	return members, true
}

// parse returns an entry for each channel. Keys that start with _ are remarks.
func (l *limits) parse() (out interlock.ChannelGrants) {
	members, ok := l.object(l.source, 0, "the limits file")
	if !ok {
		return nil
	}
	l.seen = map[string]bool{}
	var defaults []member
	for _, m := range members {
		if m.key == "defaults" {
			defaults, _ = l.object(m.value, l.offsetOf(m), "defaults")
		}
	}
	for _, m := range members {
		if m.key == "defaults" || strings.HasPrefix(m.key, "_") {
			continue
		}
		row, ok := l.object(m.value, l.offsetOf(m), m.key)
		if ok {
			out = append(out, l.entry(m, merged(defaults, row)))
		}
	}
	return out
}

// offsetOf is where m's value begins.
func (l *limits) offsetOf(m member) int64 {
	if i := bytes.Index(l.source[max(m.at, 0):], m.value); i >= 0 {
		return max(m.at, 0) + int64(i)
	}
	return m.at
}

// merged lays row over defaults, key by key.
func merged(defaults, row []member) []member {
	out := slices.Clone(row)
	for _, d := range defaults {
		if !slices.ContainsFunc(row, func(m member) bool { return m.key == d.key }) {
			out = append(out, d)
		}
	}
	return out
}

// entry is one row.
func (l *limits) entry(of member, row []member) interlock.ChannelGrant {
	l.at = of.at
	name, err := interlock.CanonicalChannel(of.key)
	if err != nil {
		l.fault(err.Error(), "the exact name of one channel; patterns go into control_system.epics.write.channels")
	} else if l.seen[name] {
		l.fault(fmt.Sprintf("%s is listed twice: X.VAL is X", name), "one row for one channel")
	}
	l.seen[name] = true
	g := interlock.ChannelGrant{Match: name, Writable: true, Verify: interlock.VerifyNone, Policy: interlock.PolicyLine{File: l.file, Line: l.lineOf(of)}}
	for _, m := range row {
		l.at = m.at
		l.key(&g, m)
	}
	l.at = of.at
	if g.Min != nil && g.Max != nil && *g.Min > *g.Max {
		l.fault(fmt.Sprintf("%s: min_value %v is above max_value %v", name, *g.Min, *g.Max), "the smaller one as min_value")
	}
	if g.MaxStep != nil && *g.MaxStep <= 0 {
		l.fault(fmt.Sprintf("%s: max_step %v allows no change", name, *g.MaxStep), `a number above 0, or "writable": false`)
	}
	return g
}

// lineOf is the line of a row; rows are asked for in their order.
func (l *limits) lineOf(m member) int {
	if m.at > l.counted {
		l.lines += bytes.Count(l.source[l.counted:m.at], []byte("\n"))
		l.counted = m.at
	}
	return l.lines + 1
}

func (l *limits) key(g *interlock.ChannelGrant, m member) {
	switch m.key {
	case "min_value":
		g.Min = l.number(m)
	case "max_value":
		g.Max = l.number(m)
	case "max_step":
		g.MaxStep = l.number(m)
	case "writable":
		if g.Writable = string(m.value) == "true"; !g.Writable && string(m.value) != "false" {
			l.fault(fmt.Sprintf("%s: writable is %s", g.Match, m.value), "true or false")
		}
	case "verification":
		l.verification(g, m)
	default:
		if !strings.HasPrefix(m.key, "_") {
			l.fault(fmt.Sprintf("%s: unknown key %q", g.Match, m.key), "min_value, max_value, max_step, writable or verification; a remark starts with _")
		}
	}
}

// number is a number, or nil for null, which is no limit. JSON knows no NaN, and
// a number too large for a float64 is a fault of decoding.
func (l *limits) number(m member) *float64 {
	var v *float64
	if err := json.Unmarshal(m.value, &v); err != nil {
		l.fault(fmt.Sprintf("%s is %s, which is no finite number", m.key, short(m.value)), "a number without quotes, or null for none")
		return nil
	}
	return v
}

func (l *limits) verification(g *interlock.ChannelGrant, of member) {
	members, ok := l.object(of.value, l.offsetOf(of), "verification")
	if !ok {
		return
	}
	level, tolerance := "", false
	for _, m := range members {
		l.at = m.at
		switch m.key {
		case "level":
			_ = json.Unmarshal(m.value, &level) // what is no string is no level either
			if !slices.Contains([]string{"none", "callback", "readback"}, level) {
				l.fault(fmt.Sprintf("verification has no level %s", short(m.value)), `"none", "callback" or "readback"`)
			}
		case "tolerance_absolute", "tolerance_percent":
			v := l.number(m)
			tolerance = tolerance || v != nil
			if v != nil && *v < 0 {
				l.fault(m.key+" is below 0", "a number of 0 or more")
			}
			if v != nil && m.key == "tolerance_absolute" {
				g.Tolerance.Absolute = *v
			} else if v != nil {
				g.Tolerance.Percent = *v
			}
		default:
			if !strings.HasPrefix(m.key, "_") {
				l.fault(fmt.Sprintf("verification has no key %q", m.key), "level, tolerance_absolute or tolerance_percent")
			}
		}
	}
	if g.Verify = interlock.Verify(level); level == "" {
		g.Verify = interlock.VerifyNone
	}
	if !tolerance && g.Verify == interlock.VerifyReadback {
		g.Tolerance = defaultTolerance
	}
}

func short(raw []byte) string {
	if len(raw) > 40 {
		return string(raw[:40]) + "…"
	}
	return string(raw)
}
