package strictyaml

import (
	"bytes"
	"errors"
	"fmt"

	yaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// File is one parsed file. Root is nil where the file is empty or could not be
// parsed; Broken tells the two apart. Faults grows with Decode.
type File struct {
	Name   string
	Source []byte
	Root   *Node
	Broken bool // no tree: nothing is known of what the file says
	Faults Faults
}

// Parse reads source, the contents of the file called name. It always returns a
// File; what is wrong is in its Faults.
func Parse(name string, source []byte) *File {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	f := &File{Name: name, Source: source}
	if message, at := gate(source); message != "" {
		f.Source = nil // nothing to quote of a file that is not text
		f.broken(place(name, source, at), message)
		return f
	}
	tree, err := parseTree(source)
	if err != nil {
		at := f.errorPlace(err)
		f.broken(at, "this is not YAML: "+errorText(err))
		if indentedByTab(source, at.Line) {
			f.Faults[len(f.Faults)-1].Hint = "spaces in place of the tab: YAML has no tabs before a key"
		}
		return f
	}
	for i, doc := range tree.Docs {
		switch {
		case i > 0 && doc.Body != nil:
			f.fault(f.at(doc.Body), "", "a second document; only one is read", "everything in one document, without ---")
		case doc.Body != nil:
			f.Root = f.node(doc.Body, "", 0)
		}
	}
	if f.Root != nil && f.Root.Kind == Null {
		f.Root = nil
	}
	return f
}

// parseTree keeps a panic of the parser from becoming ours.
func parseTree(source []byte) (tree *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser gave up (%v)", r)
		}
	}()
	return parser.ParseBytes(source, 0, parser.AllowDuplicateMapKey())
}

func (f *File) broken(at Place, message string) {
	f.Broken = true
	f.fault(at, "", message, "")
}

func indentedByTab(source []byte, line int) bool {
	lines := bytes.Split(source, []byte("\n"))
	if line < 1 || line > len(lines) {
		return false
	}
	text := lines[line-1]
	return bytes.ContainsRune(text[:len(text)-len(bytes.TrimLeft(text, " \t"))], '\t')
}

func (f *File) fault(at Place, path, message, hint string) {
	f.Faults = append(f.Faults, Fault{Place: at, Path: path, Message: message, Hint: hint, Snippet: snippet(f.Source, at)})
}

// Add reports a fault that shows only in the file as a whole. at is in this file.
func (f *File) Add(at Place, path, message, hint string) { f.fault(at, path, message, hint) }

// Quote gives the faults that are about this file the line they are in, where
// they have none yet.
func (f *File) Quote(faults Faults) {
	for i := range faults {
		if faults[i].File == f.Name && faults[i].Snippet == "" {
			faults[i].Snippet = snippet(f.Source, faults[i].Place)
		}
	}
}

func (f *File) at(n ast.Node) Place {
	return f.tokenPlace(n.GetToken())
}

func (f *File) tokenPlace(t *token.Token) Place {
	if t == nil || t.Position == nil {
		return Place{File: f.Name, Line: 1, Column: 1}
	}
	return Place{File: f.Name, Line: t.Position.Line, Column: t.Position.Column}
}

func (f *File) errorPlace(err error) Place {
	var y yaml.Error
	if errors.As(err, &y) {
		return f.tokenPlace(y.GetToken())
	}
	return Place{File: f.Name, Line: 1, Column: 1}
}

func errorText(err error) string {
	var y yaml.Error
	if errors.As(err, &y) {
		return y.GetMessage()
	}
	return err.Error()
}
