package ipynb

import (
	"fmt"
	"strconv"
	"strings"
)

// join writes the program of the code cells.
func join(cells []object, key string) ([]byte, error) {
	var body strings.Builder
	var starts strings.Builder
	line := 2
	for i, c := range cells {
		text, code, err := source(c, key)
		if err != nil {
			return nil, &Fault{Message: fmt.Sprintf("cell %d: %v", i+1, err), Hint: "save the notebook again in Jupyter"}
		}
		if !code || strings.TrimSpace(text) == "" {
			continue
		}
		text = strings.TrimRight(program(strings.ReplaceAll(text, "\r\n", "\n")), "\n")
		fmt.Fprintf(&starts, " %d@%d", i+1, line+1)
		fmt.Fprintf(&body, "# %%%% cell %d\n%s\n\n", i+1, text)
		line += 3 + strings.Count(text, "\n")
	}
	return []byte(header + starts.String() + "\n" + body.String()), nil
}

// program is the text of one cell, with what only changes the display commented out.
func program(text string) string {
	first := strings.TrimLeft(text, " \t\n")
	if !strings.HasPrefix(first, "%%") {
		return quiet(text)
	}
	blank := text[:len(text)-len(first)]
	head, rest, _ := strings.Cut(first, "\n")
	switch name, _, _ := strings.Cut(strings.TrimPrefix(head, "%%"), " "); name {
	case "time", "capture":
		return blank + "# " + head + "\n" + quiet(rest)
	case "timeit", "prun", "memit":
		return blank + head + "\n" + quiet(rest)
	}
	if rest == "" {
		return blank + head
	}
	return blank + head + "\n" + BodyMark + strings.ReplaceAll(rest, "\n", "\n"+BodyMark)
}

// quiet comments out the magics that only change how things are shown.
func quiet(text string) string {
	var q quotes
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !q.inside() && display(line) {
			lines[i] = "# " + line
			continue
		}
		q.read(line)
	}
	return strings.Join(lines, "\n")
}

// display reports whether a line is such a magic.
func display(line string) bool {
	switch words := strings.Fields(line + " ."); words[0] {
	case "%matplotlib", "%config", "%autoreload", "%precision", "%pprint":
		return true
	case "%load_ext", "%reload_ext":
		return words[1] == "autoreload"
	}
	return false
}

// quotes follows which text a line ends in.
type quotes struct{ open string }

func (q *quotes) inside() bool { return q.open != "" }

func (q *quotes) read(line string) {
	for i := 0; i < len(line); {
		rest := line[i:]
		switch {
		case rest[0] == '\\':
			i += 2
			continue
		case q.open != "" && strings.HasPrefix(rest, q.open):
			i += len(q.open)
			q.open = ""
			continue
		case q.open == "" && rest[0] == '#':
			return
		case q.open == "" && (rest[0] == '"' || rest[0] == '\''):
			q.open = rest[:1]
			if strings.HasPrefix(rest, strings.Repeat(q.open, 3)) {
				q.open = rest[:3]
			}
			i += len(q.open)
			continue
		}
		i++
	}
	if len(q.open) == 1 { // a text of one line ends with it
		q.open = ""
	}
}

// Cells says where the cells of a program start.
type Cells struct{ number, line []int }

// CellsOf reads the first line of a program. It is empty for anything else.
func CellsOf(program []byte) Cells {
	first, _, _ := strings.Cut(string(program[:min(len(program), 1<<18)]), "\n")
	list, ok := strings.CutPrefix(first, header)
	if !ok {
		return Cells{}
	}
	var c Cells
	for _, f := range strings.Fields(list) {
		n, l, _ := strings.Cut(f, "@")
		number, err1 := strconv.Atoi(n)
		line, err2 := strconv.Atoi(l)
		if err1 != nil || err2 != nil {
			return Cells{}
		}
		c.number, c.line = append(c.number, number), append(c.line, line)
	}
	return c
}

// Place is the cell, counted from 1 over all cells of the notebook, and the line
// in it, of a line of the program; 0 where the line is in no cell.
func (c Cells) Place(line int) (cell, inCell int) {
	for i := len(c.line) - 1; i >= 0; i-- {
		if line >= c.line[i] {
			return c.number[i], line - c.line[i] + 1
		}
	}
	return 0, 0
}

// Is reports whether a file of that name is taken as a notebook.
func Is(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".ipynb") }
