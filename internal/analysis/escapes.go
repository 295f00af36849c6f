package analysis

import (
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
	"github.com/interlock-run/interlock/internal/wire/ipynb"
)

// escapeLine is a line that only a notebook takes: !command, %magic, help?.
func (w *walker) escapeLine(n *parser.Node) {
	switch n.Op {
	case parser.EscapeShell, parser.EscapeShellCap:
		w.shellText("!", n.Str, n)
		w.notPython("!"+n.Str, bangInstead(n.Str), n)
	case parser.EscapeMagicCell:
		w.cellLine(n)
	case parser.EscapeMagic:
		w.magic(n.Str, n)
		w.notPython("%"+n.Str, magicInstead(n.Str), n)
	default:
		w.notPython(n.Str, "write help(name)", n)
	}
}

// shellText is a shell line of a notebook; {x} and $x in it are the notebook's.
func (w *walker) shellText(api, line string, n *parser.Node) {
	for _, argv := range shellCommands(strings.TrimSpace(line)) {
		for i, word := range argv {
			if strings.Contains(word, "{") || strings.HasPrefix(word, "$") {
				argv[i] = "*"
			}
		}
		w.command(argv, api, nil, n)
	}
}

// magic is a % line.
func (w *walker) magic(line string, n *parser.Node) {
	name, rest, _ := strings.Cut(strings.TrimLeft(strings.TrimSpace(line), "%"), " ")
	rest = strings.TrimSpace(rest)
	switch name {
	case "pip", "conda", "mamba", "uv":
		w.shellText("%"+name, name+" "+rest, n)
	case "sx", "system", "sc":
		w.shellText("%"+name, rest, n)
	case "bash", "sh", "script", "perl", "ruby", "javascript", "pypy", "python2", "python3":
		w.noteCommand(interlock.Command{API: "%%" + name, Argv: []string{name}, Text: w.text(n)}, n)
		w.hide("%%"+name, "the cell runs in another interpreter, which is not looked into", n, true)
	case "run":
		w.runScript(strings.Fields(rest + " ?")[0], n)
	case "cd", "pushd", "ls", "ll", "cat", "less", "more", "pycat", "pfile":
		w.pathUse(str(rest), "read", "%"+name, n)
	case "mkdir", "rmdir", "rm", "rmf", "touch":
		w.pathUse(str(lastWord(rest)), "write", "%"+name, n)
	case "cp", "mv", "ln":
		w.pathUse(str(lastWord(rest)), "write", "%"+name, n)
	case "writefile", "%writefile", "file", "save", "notebook", "logstart":
		w.pathUse(str(strings.TrimSpace(strings.TrimPrefix(rest, "-a"))), "write", "%%"+strings.TrimPrefix(name, "%"), n)
	case "env", "set_env":
		w.envMagic(rest, n)
	case "load", "loadpy", "load_ext", "reload_ext", "macro", "edit", "ed", "rerun", "recall", "rep", "alias", "alias_magic",
		"sql", "cython", "R", "rpush", "fortran", "px", "pxconfig", "autopx", "store", "reset", "xdel", "paste", "cpaste":
		if magicMatters(name, rest) {
			w.hide("%"+name, "it brings in code that is not in the cell", n, true)
		}
	case "time", "timeit", "prun", "memit", "capture", "debug", "mprun", "lprun", "pinfo", "pdoc", "psource", "psearch":
		if !strings.HasPrefix(name, "p") || name == "prun" {
			w.magicCode(name, rest, n)
		}
	default:
		if !quietMagics[name] {
			w.suspect("%"+name, "nothing is known about this magic, which may run code that is not in the cell", n, true)
		}
	}
}

// quietMagics change how things are shown, and nothing else.
var quietMagics = setOf(`matplotlib pylab config autoreload precision pprint who whos who_ls pwd history hist magic lsmagic
quickref colors xmode pdb page doctest_mode automagic autocall dhist dirs popd bookmark logon logoff logstate logstop unload_ext
tb gui killbgscripts`)

// magicMatters leaves out what only brings back what the notebook made itself.
func magicMatters(name, rest string) bool {
	switch name {
	case "load_ext", "reload_ext":
		return !slices.Contains([]string{"autoreload", "line_profiler", "memory_profiler", "watermark"}, rest)
	case "reset", "xdel", "store":
		return name == "store" && strings.Contains(rest, "-r")
	}
	return true
}

func lastWord(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// envMagic is %env NAME, %env NAME=VALUE and %env NAME VALUE.
func (w *walker) envMagic(rest string, n *parser.Node) {
	name, _, sets := strings.Cut(rest, "=")
	if first, _, two := strings.Cut(name, " "); two {
		name, sets = first, true
	}
	switch {
	case rest == "":
		w.environ(nil, "read", "%env", n)
	case sets:
		w.environ(str(strings.TrimSpace(name)), "write", "%env", n)
	default:
		w.environ(str(name), "read", "%env", n)
	}
}

// cellLine is the "%%" line of a cell in a notebook; the cell's text follows it
// in comment lines.
func (w *walker) cellLine(n *parser.Node) {
	line := strings.TrimPrefix(strings.TrimSpace(n.Str), "%%")
	w.notPython("%%"+line, magicInstead(line), n)
	src := w.frame.unit.tree.Src
	rest := string(src[min(int(n.End.Offset), len(src)):])
	c := &cell{line: line}
	for text := range strings.Lines(strings.TrimLeft(rest, "\r\n")) {
		body, ok := strings.CutPrefix(text, ipynb.BodyMark)
		if !ok {
			break
		}
		c.body += body
	}
	w.cellText(c, n)
}

// magicCode is a magic that runs the rest of its line as Python.
func (w *walker) magicCode(name, rest string, n *parser.Node) {
	for strings.HasPrefix(rest, "-") {
		_, rest, _ = strings.Cut(rest, " ")
	}
	if rest != "" {
		w.constCode("%"+name, rest, arguments{}, n)
	}
}

func magicInstead(line string) string {
	name, _, _ := strings.Cut(strings.TrimLeft(line, "%"), " ")
	switch name {
	case "pip", "conda", "mamba", "uv":
		return noInstall
	case "matplotlib", "pylab":
		return "leave it out: open figures are kept anyway"
	case "time", "timeit":
		return "write time.perf_counter() around the code"
	case "run":
		return "write import, for a module beside the script"
	}
	return "write it in Python"
}

const noInstall = "leave it out: packages come from the environment; ask its owner to add what is missing"

func bangInstead(line string) string {
	words := strings.Fields(line)
	if len(words) > 1 && (strings.HasPrefix(words[0], "pip") || words[0] == "conda" || words[0] == "mamba" || words[0] == "uv") {
		return noInstall
	}
	return "write it in Python, for example with pathlib or shutil"
}

// notPython makes the line part of the syntax error that a script with it is.
func (w *walker) notPython(line, instead string, n *parser.Node) {
	e := w.facts.SyntaxError
	if e == nil || w.ipythonTold {
		return
	}
	w.ipythonTold = true
	e.Pos = w.pos(n)
	e.Message = "notebook lines are not Python: " + strings.TrimSpace(line) + "; " + instead
}

// ipython is a method of get_ipython().
func (w *walker) ipython(name string, a arguments, n *parser.Node) value {
	switch name {
	case "system", "getoutput", "system_raw", "system_piped":
		w.shellCommand(orUnknown(a.value(0, "cmd")), "get_ipython()."+name, n)
	case "run_line_magic", "run_cell_magic", "magic":
		words := []string{}
		for _, p := range a.pos {
			s, ok := asString(p.v)
			if !ok {
				w.hide("get_ipython()."+name, "which magic it runs is not constant", n, true)
				return unknown{}
			}
			words = append(words, s)
		}
		w.magic(strings.Join(words, " "), n)
	case "run_cell", "ex", "ev", "run_code":
		return w.callExec("get_ipython()."+name, a, n)
	default:
		return nil
	}
	return &object{of: "IPython"}
}
