// Package ipynb reads a Jupyter notebook, nbformat 3 or 4, as one Python program:
// the code cells in order, each under a comment line of its own. Text and raw
// cells are left out, and so are outputs.
//
// The first line of the program says where each cell starts, which is how
// positions are told as cell and line later ([Place]). Lines of a notebook that
// are no Python stay as they are, for analysis to tell what they do, but for two:
// a magic that only changes how things are shown becomes a comment, and the text
// of a cell in another language becomes comment lines that start with [BodyMark].
//
// It does not protect against a notebook whose cells were run in another order
// than they stand in: what is checked, and what runs, is the order of the file.
//
// The format: https://nbformat.readthedocs.io/en/latest/format_description.html
package ipynb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of a notebook. Outputs count for its size, but are not read.
const (
	MaxBytes = 64 << 20
	MaxCells = 10_000
	maxDepth = 64 // of cells in the JSON; the format needs 5
)

// BodyMark starts each line of a cell that is in another language.
const BodyMark = "#| "

const header = "# notebook cells:"

// Fault says why a file is no notebook that can be read. Line and Column count
// from 1, in the file; 0 where no place is known.
type Fault struct {
	Message, Hint string
	Line, Column  int
}

// Error is the message with its place.
func (f *Fault) Error() string {
	if f.Line > 0 {
		return fmt.Sprintf("line %d column %d: %s", f.Line, f.Column, f.Message)
	}
	return f.Message
}

// object is a JSON object whose keys are taken exactly as they are written, as
// Jupyter takes them.
type object map[string]json.RawMessage

// Program returns the notebook b as one Python program. The error is a *Fault.
func Program(b []byte) ([]byte, error) {
	if len(b) > MaxBytes {
		return nil, &Fault{Message: fmt.Sprintf("the notebook has %d bytes, and %d are the most", len(b), MaxBytes), Hint: "clear its outputs and save it again"}
	}
	if !utf8.Valid(b) {
		return nil, &Fault{Message: "the notebook is not UTF-8", Hint: "save it again in Jupyter"}
	}
	if err := shallow(b); err != nil {
		return nil, err
	}
	var doc object
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, faultOf(b, err)
	}
	if err := language(doc); err != nil {
		return nil, err
	}
	cells, key, err := cellsOf(doc)
	if err != nil {
		return nil, err
	}
	return join(cells, key)
}

func faultOf(b []byte, err error) *Fault {
	offset := int64(-1)
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &wrong):
		offset = wrong.Offset
	}
	f := &Fault{Message: "the notebook is not the JSON of one: " + err.Error(), Hint: "save it again in Jupyter, or restore it from version control"}
	if offset >= 0 {
		head := b[:min(int(offset), len(b))]
		f.Line = 1 + bytes.Count(head, []byte("\n"))
		f.Column = max(1, utf8.RuneCount(head[bytes.LastIndexByte(head, '\n')+1:]))
	}
	return f
}

// shallow refuses JSON that nests deeper than any notebook needs outside of its
// outputs, which may hold anything.
func shallow(b []byte) error {
	depth, inText := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				f := faultOf(b, &json.SyntaxError{Offset: int64(i + 1)})
				f.Message, f.Hint = fmt.Sprintf("the notebook nests deeper than %d", maxDepth), "clear its outputs and save it again"
				return f
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// language refuses a notebook of another kernel.
func language(doc object) error {
	var meta struct {
		Spec struct {
			Language string `json:"language"`
		} `json:"kernelspec"`
		Info struct {
			Name string `json:"name"`
		} `json:"language_info"`
	}
	if raw, ok := doc["metadata"]; !ok || json.Unmarshal(raw, &meta) != nil {
		return nil // a notebook without it is Python's
	}
	for _, name := range []string{meta.Info.Name, meta.Spec.Language} {
		switch strings.ToLower(name) {
		case "", "python", "ipython", "python3":
		default:
			return &Fault{Message: fmt.Sprintf("the notebook's language is %q, not Python", name), Hint: "only Python is checked and run"}
		}
	}
	return nil
}

// cellsOf returns the cells, and the key of their source.
func cellsOf(doc object) (cells []object, key string, err error) {
	var format int
	if raw, ok := doc["nbformat"]; !ok || json.Unmarshal(raw, &format) != nil {
		return nil, "", &Fault{Message: "the file has no nbformat: it is not a notebook", Hint: "a notebook is what Jupyter saves; code goes into a .py file"}
	}
	switch format {
	case 4:
		err = json.Unmarshal(doc["cells"], &cells)
		key = "source"
	case 3:
		var sheets []struct {
			Cells []object `json:"cells"`
		}
		err = json.Unmarshal(doc["worksheets"], &sheets)
		for _, s := range sheets {
			cells = append(cells, s.Cells...)
		}
		key = "input"
	default:
		return nil, "", &Fault{Message: fmt.Sprintf("nbformat is %d, and 3 and 4 are read", format), Hint: "type `jupyter nbconvert --to notebook FILE`"}
	}
	if err != nil {
		return nil, "", &Fault{Message: "the cells of the notebook are not a list of cells: " + err.Error(), Hint: "save it again in Jupyter"}
	}
	if len(cells) > MaxCells {
		return nil, "", &Fault{Message: fmt.Sprintf("the notebook has %d cells, and %d are the most", len(cells), MaxCells), Hint: "split it"}
	}
	return cells, key, nil
}

// source is the text of a code cell; code is false for any other cell.
func source(c object, key string) (text string, code bool, err error) {
	var kind string
	if json.Unmarshal(c["cell_type"], &kind) != nil {
		return "", false, errors.New("it has no cell_type")
	}
	if kind != "code" {
		return "", false, nil
	}
	raw, ok := c[key]
	if !ok {
		return "", false, fmt.Errorf("it is code without %s", key)
	}
	var lines []string
	if json.Unmarshal(raw, &text) == nil {
		return text, true, nil
	}
	if json.Unmarshal(raw, &lines) != nil {
		return "", false, fmt.Errorf("its %s is neither text nor a list of lines", key)
	}
	return strings.Join(lines, ""), true, nil
}
