package cli

import (
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// maxFacts is how many facts of one kind are shown to a person; JSON has all.
const maxFacts = 20

// facts shows what the code will do, a line a fact; explain adds to each access
// the file and row of the table that tells it.
func facts(f *interlock.Facts, explain bool, say func(format string, args ...any)) {
	say("  control system: reads %s, writes %s", f.Control.Reads, f.Control.Writes)
	some(say, f.Accesses, func(a interlock.Access) string {
		line := fmt.Sprintf("%s %s%s by %s, %s%s, %s", a.Op, channels(a.Channels), written(a), a.API, a.Certainty, often(a.Times), reason.Position(a.Pos))
		if explain && a.Row != "" {
			line += "\n    " + a.Row
		}
		if explain {
			line += trail(a.Trail)
		}
		return line
	})
	some(say, f.Builtins, func(x interlock.Use) string {
		return fmt.Sprintf("refers to %s, %s", x.Name, reason.Position(x.Pos))
	})
	some(say, f.Commands, func(x interlock.Command) string {
		return fmt.Sprintf("starts %s (%s), %s", x.Text, x.API, reason.Position(x.Pos))
	})
	some(say, f.Endpoints, func(x interlock.Endpoint) string {
		return fmt.Sprintf("connects to %s (%s), %s", endpoint(x), x.API, reason.Position(x.Pos))
	})
	some(say, f.Paths, func(x interlock.PathUse) string {
		return fmt.Sprintf("%s of %s (%s), %s", use(x.Mode), x.Path, x.API, reason.Position(x.Pos))
	})
	some(say, f.Installs, func(x interlock.Install) string {
		return fmt.Sprintf("installs %s, %s", strings.Join(x.Packages, " "), reason.Position(x.Pos))
	})
	some(say, f.Environment, func(x interlock.EnvUse) string {
		return fmt.Sprintf("%s of environment variable %s (%s), %s", x.Mode, variable(x.Name), x.API, reason.Position(x.Pos))
	})
	some(say, f.Unresolved, func(x interlock.Unresolve) string {
		return fmt.Sprintf("unresolved: %s (%s), %s", x.What, x.Why, reason.Position(x.Pos))
	})
	if names := modules(f.Imports); len(names) > 0 {
		say("  imports %s", strings.Join(names, ", "))
	}
}

func some[T any](say func(string, ...any), all []T, line func(T) string) {
	for _, x := range all[:min(len(all), maxFacts)] {
		say("  %s", line(x))
	}
	if n := len(all) - maxFacts; n > 0 {
		say("  and %d more: type `interlock check --format json`", n)
	}
}

func channels(c interlock.Channels) string {
	named := strings.Join(c.Values[:min(len(c.Values), maxFacts)], ", ")
	if n := len(c.Values) - maxFacts; n > 0 {
		named += fmt.Sprintf(" and %d more", n)
	}
	switch {
	case c.Kind != "unknown":
		return named
	case named != "":
		return named + " and perhaps others (" + c.Why + ")"
	case c.Why != "":
		return "unknown channels (" + c.Why + ")"
	}
	return "unknown channels"
}

// written is what a write puts, "" where that is not known.
func written(a interlock.Access) string {
	if a.Op == interlock.OpRead || len(a.Value.Values) == 0 {
		return ""
	}
	values := a.Value.Values[:min(len(a.Value.Values), maxFacts)]
	if a.Value.Kind == "range" {
		return " = " + strings.Join(values, " to ")
	}
	return " = " + strings.Join(values, " or ")
}

// often is how many times, "" for once and where nothing is known.
func often(t interlock.Times) string {
	switch {
	case t.Kind == "number":
		return fmt.Sprintf(", %d times", t.Max)
	case t.Kind == "range" && t.Max > 1:
		return fmt.Sprintf(", %d to %d times", t.Min, t.Max)
	}
	return ""
}

// trail is the lines that lead to an access, one a line.
func trail(steps []interlock.Step) string {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&b, "\n    %s at %s: %s", s.Kind, reason.Position(s.Pos), visible.Line(s.Text))
	}
	return b.String()
}

func variable(name string) string {
	if name == "*" {
		return "of any name"
	}
	return name
}

func endpoint(e interlock.Endpoint) string {
	switch {
	case e.URL != "":
		return e.URL
	case e.Port != 0:
		return fmt.Sprintf("%s:%d", e.Host, e.Port)
	}
	return e.Host
}

func use(mode string) string {
	if mode == "unknown" {
		return "use"
	}
	return mode
}

// modules are the top-level names of imports, each once, in order.
func modules(imports []interlock.Import) (names []string) {
	seen := map[string]bool{}
	for _, i := range imports {
		name, _, _ := strings.Cut(i.Module, ".")
		if name != "" && !seen[name] {
			seen[name], names = true, append(names, name)
		}
	}
	return names
}
