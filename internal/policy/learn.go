package policy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// Observed is one run, or a script, to learn from.
type Observed struct {
	Label string // what a person calls it: "run 2030… fit.py", or a file
	// Facts and Decision are what was found and decided; Grant is the decision's.
	Facts    *interlock.Facts
	Decision *interlock.Decision
	// What the supervisor saw, where the code ran.
	Commands    []interlock.Started
	Connections []interlock.Connection
	Wall        time.Duration
	MaxRSS      int64 // bytes
}

// Learn suggests the smallest policy above base, a policy to extend, under which
// what was allowed in all would be allowed again, as the text of a policy file. Each
// entry says where it comes from. What was refused is only a comment: that code asked
// for something is no reason to give it. Writes to equipment are comments too, because
// their limits are for a person to know.
//
// The suggestion knows what analysis knows: code whose facts are incomplete may need
// more than stands here.
func Learn(base string, all []Observed) string {
	l := learner{items: map[string]map[string]*origin{}, refused: map[string]map[string]*origin{}}
	for i := range all {
		l.take(&all[i])
	}
	return l.text(base, len(all))
}

// origin is where an entry comes from.
type origin struct {
	first string
	more  int
}

type learner struct {
	items   map[string]map[string]*origin // by key of the policy, then by entry
	refused map[string]map[string]*origin

	folder, hidden, unknown *origin // a file of the script's folder, a hidden write, unknown channels
	incomplete              []string
	wall                    time.Duration
	rss                     int64
	learnt                  int // runs that were not refused
}

func note(to map[string]map[string]*origin, key, entry, from string) {
	if to[key] == nil {
		to[key] = map[string]*origin{}
	}
	if o := to[key][entry]; o != nil {
		o.more++
		return
	}
	to[key][entry] = &origin{first: from}
}

func (l *learner) take(o *Observed) {
	l.refusals(o)
	if o.Decision.Effect == interlock.Deny {
		return
	}
	l.learnt++
	l.names(o)
	l.reach(o)
	l.equipment(o)
	if !o.Facts.Complete {
		l.incomplete = append(l.incomplete, o.Label)
	}
	l.wall, l.rss = max(l.wall, o.Wall), max(l.rss, o.MaxRSS)
}

func from(o *Observed, at interlock.Pos) string {
	place := fmt.Sprintf("line %d", at.Line)
	if at.File != "" {
		place = at.File + " " + place
	}
	return o.Label + " " + place
}

// refusals notes what was refused, under the rule that did it.
func (l *learner) refusals(o *Observed) {
	for _, r := range o.Decision.Reasons {
		if r.Effect == interlock.Deny {
			note(l.refused, "", r.Rule+": "+r.Message, from(o, r.Source))
		}
	}
}

func (l *learner) names(o *Observed) {
	for _, i := range o.Facts.Imports {
		switch {
		case i.Local:
			l.folder = firstSeen(l.folder, from(o, i.Pos))
		case i.Module != "" && i.Certainty != interlock.None:
			note(l.items, "imports", i.Module, from(o, i.Pos))
		}
	}
	for _, u := range o.Facts.Builtins {
		if u.Certainty != interlock.None {
			note(l.items, "builtins", u.Name, from(o, u.Pos))
		}
	}
}

func firstSeen(have *origin, from string) *origin {
	if have != nil {
		have.more++
		return have
	}
	return &origin{first: from}
}

// reach takes what was reached through an entry of the policy; what came with the
// submission or belongs to every run needs none.
func (l *learner) reach(o *Observed) {
	files := o.Decision.Grant.Files
	for _, u := range o.Facts.Paths {
		name := path.Clean(u.Path)
		switch {
		case !path.IsAbs(name):
			l.folder = firstSeen(l.folder, from(o, u.Pos))
		case inAny(name, files.Write):
			note(l.items, "filesystem.write", name, from(o, u.Pos))
		case inAny(name, files.Read):
			note(l.items, "filesystem.read", name, from(o, u.Pos))
		}
	}
	for _, e := range o.Facts.Endpoints {
		if e.Port > 0 && e.Certainty.Detected() && !loopback(e.Host) {
			note(l.items, "network", fmt.Sprintf("%s:%d", bracketed(e.Host), e.Port), from(o, e.Pos))
		}
	}
	for _, c := range o.Connections {
		if c.Error == "" {
			note(l.items, "network", c.Endpoint, o.Label)
		}
	}
	for _, c := range o.Commands {
		note(l.items, "commands", path.Clean(c.Path), o.Label)
	}
}

func inAny(name string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return within(name, f) })
}

func (l *learner) equipment(o *Observed) {
	for _, a := range o.Facts.Accesses {
		key := "reads"
		if a.Op != interlock.OpRead {
			key = "writes"
		}
		if a.Channels.Kind != "exact" && key == "reads" {
			l.unknown = firstSeen(l.unknown, from(o, a.Pos))
			continue
		}
		for _, name := range a.Channels.Values {
			note(l.items, key, name+values(a), from(o, a.Pos))
		}
	}
	for _, u := range o.Facts.Unresolved {
		if u.Writes {
			l.hidden = firstSeen(l.hidden, from(o, u.Pos))
		}
	}
	if o.Facts.Control.Writes == interlock.Unresolved && l.hidden == nil {
		l.hidden = &origin{first: o.Label}
	}
}

// values is what a write was seen to write, for a person to make limits of.
func values(a interlock.Access) string {
	if a.Op == interlock.OpRead || len(a.Value.Values) == 0 {
		return ""
	}
	return " = " + strings.Join(a.Value.Values, ", ")
}

func (o *origin) comment() string {
	text := o.first
	if o.more > 0 {
		text += fmt.Sprintf(" and %d more", o.more)
	}
	return visible.Line(text)
}

// text writes the suggestion.
func (l *learner) text(base string, n int) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# A suggestion from %d of %d runs or scripts; the others were refused. Nothing puts it in force by itself.", l.learnt, n)
	line("# Read it, take out what you do not want, then: interlock policy check FILE; interlock policy replay --policy FILE")
	for _, label := range l.incomplete[:min(len(l.incomplete), 10)] {
		line("# analysis does not see all of what %s does: it may need more than stands here", visible.Line(label))
	}
	line("version: 1\nextends: %s\n", base)
	line("imports:")
	l.list(line, "  allow", narrowest(l.items["imports"]), false)
	line("builtins:")
	l.list(line, "  allow", l.items["builtins"], false)
	l.filesystem(line)
	for _, section := range []string{"network", "commands"} {
		line("%s:\n  default: deny", section)
		l.list(line, "  allow", l.items[section], true)
	}
	l.control(line)
	if l.wall > 0 {
		line("# The longest run took %s, the largest process had %d MiB: resources: {wall: ..., memory: ...} could be set to somewhat more.", l.wall.Round(time.Millisecond), l.rss>>20)
	}
	l.notes(line, "Refused, so not suggested. To allow one, change its rule:", l.refused[""])
	return b.String()
}

// list writes one list with where each entry comes from; an empty one allows nothing.
func (l *learner) list(line func(string, ...any), key string, entries map[string]*origin, quoted bool) {
	if len(entries) == 0 {
		line("%s: []", key)
		return
	}
	line("%s:", key)
	indent := key[:len(key)-len(strings.TrimLeft(key, " "))]
	for _, entry := range slices.Sorted(maps.Keys(entries)) {
		text := entry
		if quoted || text == "true" || text == "false" || text == "null" { // which are words of YAML
			text = strconv.Quote(entry)
		}
		line("%s  - %s  # %s", indent, text, entries[entry].comment())
	}
}

func (l *learner) filesystem(line func(string, ...any)) {
	line("filesystem:")
	if l.folder != nil {
		line("  script_folder: read  # %s", l.folder.comment())
	} else {
		line("  script_folder: none  # no run used a file beside its script")
	}
	l.list(line, "  read", l.items["filesystem.read"], true)
	l.list(line, "  write", l.items["filesystem.write"], true)
}

func (l *learner) control(line func(string, ...any)) {
	line("control_system:")
	if l.hidden == nil {
		line("  unresolved_writes: deny  # no run hid what may be a write")
	} else {
		line("  # unresolved_writes is left as it is: %s may hide a write", l.hidden.comment())
	}
	line("  epics:\n    read:")
	if l.unknown != nil {
		line("      allow: [\"*\"]  # analysis does not know the channels at %s: narrow it by hand", l.unknown.comment())
	} else {
		l.list(line, "      allow", l.items["reads"], true)
	}
	l.notes(line, "Writes that were seen. control_system.epics.write needs limits that only a person knows:", l.items["writes"])
}

// notes writes entries as comments.
func (l *learner) notes(line func(string, ...any), title string, entries map[string]*origin) {
	if len(entries) == 0 {
		return
	}
	line("# %s", title)
	for _, entry := range slices.Sorted(maps.Keys(entries)) {
		line("#   - %s  # %s", visible.Line(entry), entries[entry].comment())
	}
}

// narrowest leaves out modules that a listed package covers.
func narrowest(entries map[string]*origin) map[string]*origin {
	out := maps.Clone(entries)
	for name, o := range entries {
		for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name[:i], '.') {
			if over := out[name[:i]]; over != nil {
				over.more += 1 + o.more
				delete(out, name)
				break
			}
		}
	}
	return out
}
