package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/interlock-run/interlock"
)

// usage says what is wrong with a command line and which help to ask for.
func usage(err error, args []string, parser *kong.Kong) error {
	names := "interlock"
	for at := parser.Model.Node; at != nil && len(args) > 0; args = args[1:] {
		i := slices.IndexFunc(at.Children, func(n *kong.Node) bool { return n.Name == args[0] })
		if i < 0 {
			break
		}
		at = at.Children[i]
		names += " " + at.Name
	}
	hint := fmt.Sprintf("type `%s --help`", names)
	if strings.Contains(err.Error(), "unexpected argument") && names == "interlock run" {
		hint = "one file, and the script's own arguments after --: `interlock run FILE -- ARGS`"
	}
	if names == "interlock run" && strings.Contains(err.Error(), `expected "<file>"`) {
		hint = "name the script before a --: `interlock run FILE -- ARGS`; or type `interlock run --help`"
	}
	if file := script(args); names == "interlock" && file != "" {
		hint = "name the command before it: `interlock run " + file + "`"
	}
	return &interlock.Error{Kind: interlock.Configuration, Name: "usage", Message: err.Error(), Hint: hint, Code: interlock.ExitUsage}
}

// script is the file that was typed where a command belongs, or "".
func script(args []string) string {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return ""
	}
	switch ext := filepath.Ext(args[0]); {
	case ext != ".py" && ext != ".ipynb":
		return ""
	case strings.ContainsAny(args[0], " \t'\"$`\\&;()<>|*?"):
		return "FILE"
	}
	return args[0]
}

// twice refuses a flag that takes one value and is given two: of two policies or
// modes the last would hold, and who typed them may think that both do.
func twice(parsed *kong.Context) error {
	given := map[string]bool{}
	for _, p := range parsed.Path {
		if p.Flag == nil || p.Resolved || p.Flag.IsCumulative() || p.Flag.IsBool() {
			continue
		}
		if given[p.Flag.Name] {
			return fmt.Errorf("--%s is given twice, and takes one value", p.Flag.Name)
		}
		given[p.Flag.Name] = true
	}
	return nil
}
