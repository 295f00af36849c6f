package analysis

import (
	"bytes"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// cell is a notebook cell that starts with a "%%" line.
type cell struct {
	line string // without the "%%"
	body string // what follows the line
	at   interlock.Pos
}

// splitCell takes the "%%" line off a source, and blanks it so that positions
// stay. It returns nil where there is none.
func splitCell(src []byte) (*cell, []byte) {
	blank := len(src) - len(bytes.TrimLeft(src, " \t\r\n"))
	rest, ok := bytes.CutPrefix(src[blank:], []byte("%%"))
	if !ok {
		return nil, src
	}
	line, body, _ := strings.Cut(string(rest), "\n")
	c := &cell{line: strings.TrimSpace(line), body: body,
		at: interlock.Pos{Line: 1 + bytes.Count(src[:blank], []byte("\n")), Column: 1}}
	out := append(bytes.Clone(src[:blank]), bytes.Repeat([]byte(" "), len(line)+2)...)
	return c, append(out, src[blank+2+len(line):]...)
}

func (c *cell) name() string {
	name, _, _ := strings.Cut(c.line, " ")
	return name
}

// foreign reports whether the cell's body is not Python of this interpreter.
func (c *cell) foreign() bool {
	switch c.name() {
	case "time", "timeit", "capture", "prun", "memit", "mprun":
		return false
	}
	return true
}

// cellMagic tells what a "%%" cell does besides its body.
func (w *walker) cellMagic(c *cell, u *unit) {
	if c == nil {
		return
	}
	w.frame = newModuleFrame(&unit{file: u.file, tree: &parser.Module{}, at: &c.at})
	w.notPython("%%"+c.line, magicInstead(c.line), nil)
	w.cellText(c, nil)
}

// cellText tells what the text of a cell with a "%%" line does. The text of one
// that is Python is walked as such.
func (w *walker) cellText(c *cell, n *parser.Node) {
	switch c.name() {
	case "bash", "sh", "script", "system", "sx", "!":
		w.noteCommand(interlock.Command{API: "%%" + c.name(), Argv: []string{c.name()}, Text: "%%" + c.line}, n)
		if c.name() == "script" && !strings.Contains(c.line, "sh") {
			w.hide("%%script", "the cell runs in another interpreter, which is not looked into", n, true)
			return
		}
		for line := range strings.Lines(c.body) {
			if text, _, _ := strings.Cut(line, "#"); strings.TrimSpace(text) != "" {
				w.shellText("%%"+c.name(), text, n)
			}
		}
	case "writefile", "file":
		name := strings.TrimSpace(strings.TrimPrefix(c.line, c.name()))
		w.magic("writefile "+name, n)
		if !strings.HasPrefix(name, "-a") {
			w.wroteText(str(name), str(c.body))
		}
	case "html", "HTML", "latex", "markdown", "svg", "SVG":
	default:
		w.magic(c.line, n)
		if c.foreign() {
			w.hide("%%"+c.name(), "what the cell's text does is not looked into", n, true)
		}
	}
}
