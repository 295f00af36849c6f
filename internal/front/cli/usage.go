package cli

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/interlock-run/interlock"
)

// nothingFollows matches the parser's words for a flag at the end without its value.
var nothingFollows = regexp.MustCompile(`^(--[a-z-]+): expected .* but got "EOL"`)

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
	message := err.Error()
	if m := nothingFollows.FindStringSubmatch(message); m != nil {
		message = m[1] + " wants a value after it"
	}
	return &interlock.Error{Kind: interlock.Configuration, Name: "usage", Message: message, Hint: usageHint(names, message, args), Code: interlock.ExitUsage}
}

// usageHint is what to type instead; rest is what was typed after the command called names.
func usageHint(names, message string, rest []string) string {
	says := func(part string) bool { return names == "interlock run" && strings.Contains(message, part) }
	file := script(rest)
	switch {
	case says("unexpected argument"):
		return "one file, and the script's own arguments after --: `interlock run FILE -- ARGS`"
	case says(`expected "<file>"`):
		return "name the script before a --: `interlock run FILE -- ARGS`; or type `interlock run --help`"
	case says("unknown flag -c"):
		return "code comes from a file or from standard input: `echo 'print(6*7)' | interlock run -`"
	case says("unknown flag"):
		return "the script's own flags follow a --: `interlock run FILE -- FLAGS`; for those of run type `interlock run --help`"
	case names == "interlock" && file != "":
		return "name the command before it: `interlock run " + file + "`"
	}
	return fmt.Sprintf("type `%s --help`", names)
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
