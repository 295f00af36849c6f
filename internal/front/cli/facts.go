package cli

import (
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/reason"
)

// maxFacts is how many facts of one kind are shown to a person; JSON has all.
const maxFacts = 20

// facts shows what the code will do, a line a fact.
func facts(f *interlock.Facts, say func(format string, args ...any)) {
	say("  control system: reads %s, writes %s", f.Control.Reads, f.Control.Writes)
	some(say, f.Accesses, func(a interlock.Access) string {
		return fmt.Sprintf("%s %s by %s, %s, %s", a.Op, channels(a.Channels), a.API, a.Certainty, reason.Position(a.Pos))
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
	if len(c.Values) == 0 {
		return "unknown channels"
	}
	return strings.Join(c.Values[:min(len(c.Values), maxFacts)], ", ")
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
