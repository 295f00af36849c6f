package policy

import (
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

// oneOfEach leaves one refusal of what several rules refuse at one place, the one
// that tells a person most. `!pip install x` is an install, a command and no
// Python: the install says what to do. The effect stays, because only a refusal
// beside another refusal is left out.
func (v *verdict) oneOfEach() {
	var installs, syntax []interlock.Pos
	for _, r := range v.reasons {
		switch {
		case r.Effect == interlock.Deny && installRule(r.Rule):
			installs = append(installs, r.Source)
		case r.Rule == "syntax":
			syntax = append(syntax, r.Source)
		}
	}
	v.reasons = slices.DeleteFunc(v.reasons, func(r interlock.Reason) bool {
		switch {
		case r.Source.Line == 0 || r.Effect != interlock.Deny && r.Effect != interlock.Warn:
			return false
		case r.Rule == "syntax":
			return slices.Contains(installs, r.Source)
		case strings.HasPrefix(r.Rule, "commands."):
			return slices.Contains(installs, r.Source) || slices.Contains(syntax, r.Source)
		}
		return false
	})
}

func installRule(rule string) bool { return rule == "packages" || strings.HasPrefix(rule, "packages.") }
