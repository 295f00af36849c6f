package analysis

import (
	"path"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// installOf returns the packages that a command asks to install.
func installOf(argv []string) (packages []string, ok bool) {
	tool := path.Base(argv[0])
	rest := argv[1:]
	if isPython(tool) && len(rest) > 1 && rest[0] == "-m" {
		tool, rest = rest[1], rest[2:]
	}
	switch strings.TrimRight(tool, "0123456789.") {
	case "pip", "pipx", "conda", "mamba", "micromamba", "easy_install", "ensurepip", "poetry", "pixi":
	case "uv":
		if len(rest) > 0 && rest[0] == "pip" {
			rest = rest[1:]
		}
	default:
		return nil, false
	}
	verb := slices.IndexFunc(rest, func(s string) bool { return s == "install" || s == "add" || s == "download" })
	if tool == "easy_install" || tool == "ensurepip" {
		return requirements(rest), true
	}
	if verb < 0 {
		return nil, false
	}
	return requirements(rest[verb+1:]), true
}

// requirements drops options and their values.
func requirements(words []string) []string {
	out := []string{}
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case slices.Contains([]string{"-i", "--index-url", "--extra-index-url", "-t", "--target", "-c", "--channel",
			"-n", "--name", "-p", "--prefix", "-f", "--find-links", "--constraint"}, word):
			i++
		case word == "-r" || word == "--requirement":
			if i++; i < len(words) {
				out = append(out, "-r "+words[i])
			}
		case !strings.HasPrefix(word, "-"):
			out = append(out, word)
		}
	}
	return out
}

func (w *walker) install(packages []string, text string, n *parser.Node) {
	i := interlock.Install{Packages: packages, Text: text, Pos: w.pos(n)}
	if w.found.first(installKey{pos: i.Pos, packages: strings.Join(packages, " ")}) {
		w.facts.Installs = append(w.facts.Installs, i)
	}
}

type installKey struct {
	pos      interlock.Pos
	packages string
}

// pipMain is pip.main(["install", ...]).
func (w *walker) pipMain(v value, n *parser.Node) {
	argv := []string{"pip"}
	if s, ok := v.(*sequence); ok {
		for _, e := range s.elems {
			word, ok := asString(e)
			if !ok {
				word = "*"
			}
			argv = append(argv, word)
		}
	}
	if packages, ok := installOf(argv); ok {
		w.install(packages, w.text(n), n)
		return
	}
	w.install([]string{}, w.text(n), n)
}
