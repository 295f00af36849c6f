package analysis

import (
	"path"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// argvCommand is a command as a list, or as a string for a shell (shell=True).
func (w *walker) argvCommand(v value, api string, a arguments, n *parser.Node) {
	for _, x := range alternatives(v) {
		if s, ok := x.(*sequence); ok {
			if w.fedCommand(s, api, a, n) {
				continue
			}
			w.sequenceCommand(s, api, n)
			continue
		}
		w.shellCommand(x, api, n)
	}
}

func (w *walker) sequenceCommand(s *sequence, api string, n *parser.Node) {
	var argv []string
	for _, e := range s.elems {
		word, ok := asString(e)
		if !ok {
			if len(argv) == 0 {
				w.unknownCommand(api, n)
				return
			}
			word = "*"
		}
		argv = append(argv, word)
	}
	if len(argv) == 0 {
		w.unknownCommand(api, n)
		return
	}
	w.command(argv, api, w.pickChannels(s), n)
}

// pickChannels keeps the values of a command's words, of which some may be sets.
func (w *walker) pickChannels(s *sequence) []value { return s.elems }

// argvsCommand is a command whose words are arguments of the call.
func (w *walker) argvsCommand(a arguments, api string, n *parser.Node) {
	s := &sequence{open: a.star}
	for i, p := range a.pos {
		if i == 1 && strings.HasPrefix(api, "os.") {
			if _, list := p.v.(*sequence); !list {
				continue // os.execl(path, arg0, ...): the name that the program is told
			}
		}
		if _, env := p.v.(*mapping); env {
			continue
		}
		if inner, ok := p.v.(*sequence); ok { // os.execv(path, args)
			s.elems = append(s.elems, inner.elems[min(1, len(inner.elems)):]...)
			continue
		}
		s.elems = append(s.elems, p.v)
	}
	w.sequenceCommand(s, api, n)
}

// shellCommand is a command line for a shell: each of its commands counts.
func (w *walker) shellCommand(v value, api string, n *parser.Node) {
	for _, x := range alternatives(v) {
		line, ok := asString(x)
		if p, isPattern := x.(pattern); isPattern {
			line, ok = string(p), true
		}
		if !ok {
			w.unknownCommand(api, n)
			continue
		}
		for _, argv := range shellCommands(line) {
			w.command(argv, api, nil, n)
		}
	}
}

func (w *walker) unknownCommand(api string, n *parser.Node) {
	w.noteCommand(interlock.Command{API: api, Text: w.text(n)}, n)
	w.hide(api, "which command it starts is not constant", n, true)
}

// command records one command with what it means: an install, an access to the
// control system, or code of another interpreter.
func (w *walker) command(argv []string, api string, words []value, n *parser.Node) {
	w.noteCommand(interlock.Command{API: api, Argv: argv, Text: w.text(n)}, n)
	bare := unwrapped(argv)
	wrapped := len(bare) != len(argv)
	if argv = bare; len(argv) == 0 {
		return
	}
	if len(words) != len(argv) {
		words = nil
	}
	tool := path.Base(argv[0])
	if packages, ok := installOf(argv); ok {
		w.install(packages, w.text(n), n)
		return
	}
	switch {
	case strings.ContainsAny(argv[0], "*$`?{") || strings.Contains(argv[0], "[") && strings.Trim(argv[0], "[") != "":
		w.hide(api, "which command it starts is not constant", n, true)
	case isPython(tool):
		w.pythonCommand(argv, api, n)
	case interpreters[tool] || strings.Contains(argv[0], "/") && strings.HasSuffix(tool, ".sh"):
		w.interpreterCommand(argv, api, n)
	default:
		w.controlTool(tool, argv, words, n)
		w.carriedCommand(argv, wrapped, api, n)
	}
}

// wrappers run the command that follows their own options.
var wrappers = setOf("sudo env nohup nice time timeout stdbuf setsid xargs exec command doas ionice unbuffer")

// unwrapped drops what stands before the command proper.
func unwrapped(argv []string) []string {
	for len(argv) > 1 && (wrappers[path.Base(argv[0])] || strings.Contains(argv[0], "=")) && !(argv[0] == "command" && strings.EqualFold(argv[1], "-v")) {
		argv = argv[1:]
		for len(argv) > 1 && (strings.HasPrefix(argv[0], "-") || isDuration(argv[0])) {
			argv = argv[1:]
		}
	}
	return argv
}

func isDuration(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.smhd") == ""
}

// interpreters run code that is not looked into.
var interpreters = setOf("sh bash zsh dash ksh fish csh tcsh perl ruby node lua R Rscript julia matlab octave make ssh caqtdm iocsh expect tclsh")

func isPython(tool string) bool {
	return tool == "pypy" || tool == "ipython" || strings.TrimRight(tool, "0123456789.") == "python"
}

func (w *walker) pythonCommand(argv []string, api string, n *parser.Node) {
	for i, word := range argv[1:] {
		switch {
		case word == "-c" && i+2 < len(argv):
			w.constCode(api, argv[i+2], arguments{pos: []argument{{}, {v: &mapping{}}}}, n)
			return
		case word == "-m":
			w.hide(api, "what the module does that it runs is not looked into", n, true)
			return
		case !strings.HasPrefix(word, "-"):
			w.runScript(strings.TrimPrefix(word, "./"), n)
			return
		}
	}
	w.hide(api, "what Python is given to run is not known", n, true)
}

func (w *walker) interpreterCommand(argv []string, api string, n *parser.Node) {
	if i := slices.Index(argv, "-c"); i > 0 && i+1 < len(argv) && !strings.Contains(argv[i+1], "*") {
		for _, inner := range shellCommands(argv[i+1]) {
			w.command(inner, api, nil, n)
		}
		return
	}
	w.hide(api, "what "+path.Base(argv[0])+" is given to run is not looked into", n, true)
}

func (w *walker) noteCommand(c interlock.Command, n *parser.Node) {
	c.Certainty, c.Pos = w.certainty, w.pos(n)
	if w.found.first(commandKey{pos: c.Pos, argv: strings.Join(c.Argv, "\x00")}) {
		w.facts.Commands = append(w.facts.Commands, c)
	}
}

type commandKey struct {
	pos  interlock.Pos
	argv string
}

// fedCommand is an interpreter that reads a constant program from its standard
// input: run(["sh"], input=text). It reports whether s is that.
func (w *walker) fedCommand(s *sequence, api string, a arguments, n *parser.Node) bool {
	input, given := a.named("input")
	if !given || s.open || s.loose {
		return false
	}
	text, constant := asString(input.v)
	if b, ok := input.v.(octets); ok {
		text, constant = string(b), true
	}
	var argv []string
	for _, e := range s.elems {
		word, ok := asString(e)
		if !ok || len(argv) > 0 && !strings.HasPrefix(word, "-") || word == "-c" || word == "-m" {
			return false
		}
		argv = append(argv, word)
	}
	if !constant || len(argv) == 0 {
		return false
	}
	switch tool := path.Base(argv[0]); {
	case isPython(tool):
		w.noteCommand(interlock.Command{API: api, Argv: argv, Text: w.text(n)}, n)
		w.constCode(api, text, arguments{pos: []argument{{}, {v: &mapping{}}}}, n)
	case slices.Contains([]string{"sh", "bash", "dash", "zsh", "ksh"}, tool):
		w.noteCommand(interlock.Command{API: api, Argv: argv, Text: w.text(n)}, n)
		for _, inner := range shellCommands(text) {
			w.command(inner, api, nil, n)
		}
	default:
		return false
	}
	return true
}
