package parser

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// found is what testdata/dump_ast.py prints about one file.
type found struct {
	File                                       string
	Error                                      string
	Names, Attributes, Calls, Imports, Strings []item
}

type item struct {
	line, column int
	text         string
}

func (i *item) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&i.line, &i.column, &i.text})
}

// TestAgainstCPython compares names, attributes, calls, imports and strings,
// with their positions, against CPython's ast. By default it takes every 40th
// file of the standard library; INTERLOCK_PARSER_FILES names folders (separated
// as in PATH) of which every file is compared.
func TestAgainstCPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		require.Skip(t, require.Toolchain, "no python3 on PATH: install one")
	}
	files := corpus(t, python)
	p := testParser(t)
	same, refused := 0, 0
	for _, want := range dumpCPython(t, python, files) {
		src, err := os.ReadFile(want.File)
		if err != nil {
			t.Fatal(err)
		}
		m, err := p.Parse(context.Background(), src, Options{})
		var gate *GateError
		switch {
		case errors.As(err, &gate):
			refused++
			t.Logf("%s: refused: %v", want.File, err)
		case want.Error != "" && err == nil:
			t.Logf("%s: accepted, CPython: %s", want.File, want.Error)
		case want.Error == "" && err != nil:
			t.Errorf("%s: CPython accepts, here: %v", want.File, err)
		case err == nil:
			compareFound(t, want, m)
			same++
		}
	}
	t.Logf("%d files compared, %d refused by the gate", same, refused)
	if same == 0 {
		t.Error("no file was compared")
	}
}

func corpus(t *testing.T, python string) (files []string) {
	step, roots := 1, filepath.SplitList(os.Getenv("INTERLOCK_PARSER_FILES"))
	if len(roots) == 0 {
		out, err := exec.Command(python, "-Ic", "import sysconfig; print(sysconfig.get_path('stdlib'))").Output()
		if err != nil {
			require.Skip(t, require.Toolchain, fmt.Sprintf("%s does not tell its library: %v", python, err))
		}
		step, roots = 40, []string{strings.TrimSpace(string(out))}
	}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.HasSuffix(path, ".py") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var some []string
	for i := 0; i < len(files); i += step {
		some = append(some, files[i])
	}
	return some
}

func dumpCPython(t *testing.T, python string, files []string) (all []found) {
	c := exec.Command(python, "-I", "-W", "ignore", "testdata/dump_ast.py")
	c.Stdin = strings.NewReader(strings.Join(files, "\n"))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bufio.NewReader(out))
	for range files {
		var f found
		if err := dec.Decode(&f); err != nil {
			t.Fatalf("reading what CPython found: %v", err)
		}
		all = append(all, f)
	}
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	return all
}

func compareFound(t *testing.T, want found, m *Module) {
	t.Helper()
	var got found
	for _, n := range m.Body {
		got.collect(n, false)
	}
	for _, c := range []struct {
		what      string
		want, got []item
	}{
		{"names", want.Names, got.Names}, {"attributes", want.Attributes, got.Attributes},
		{"calls", want.Calls, got.Calls}, {"imports", want.Imports, got.Imports},
		{"strings", want.Strings, got.Strings},
	} {
		sortItems(c.want)
		sortItems(c.got)
		if d := firstDifference(c.want, c.got); d != "" {
			t.Errorf("%s: %s: %s", want.File, c.what, d)
		}
	}
}

func (f *found) collect(n *Node, inFString bool) {
	at := item{line: int(n.Pos.Line), column: int(n.Pos.Column)}
	if inFString {
		at = item{}
	}
	add := func(l *[]item, text string) { at.text = text; *l = append(*l, at) }
	switch n.Kind {
	case Name:
		add(&f.Names, n.Name)
	case Attribute:
		add(&f.Attributes, n.Name)
	case Call:
		add(&f.Calls, fmt.Sprintf("%d %s", len(n.List), keywordNames(n)))
	case Import:
		for _, a := range n.List {
			add(&f.Imports, a.Name+" as "+a.Str)
		}
	case ImportFrom:
		for _, a := range n.List {
			add(&f.Imports, strings.Repeat(".", int(n.Level))+n.Name+":"+a.Name+" as "+a.Str)
		}
	case StrConst:
		if n.Has(FlagInexact) {
			add(&f.Strings, "inexact")
		} else {
			add(&f.Strings, n.Str)
		}
	}
	for c := range n.Children() {
		literal := c.Kind == StrConst && (n.Kind == JoinedStr || n.Kind == TemplateStr ||
			n.Kind == FormattedValue && c != n.Value)
		if !literal {
			f.collect(c, inFString || n.Kind == JoinedStr || n.Kind == TemplateStr)
		}
	}
}

func keywordNames(n *Node) string {
	var names []string
	for _, k := range n.Keywords {
		names = append(names, cmp.Or(k.Name, "**"))
	}
	return strings.Join(names, ",")
}

func sortItems(l []item) {
	slices.SortFunc(l, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column), cmp.Compare(a.text, b.text))
	})
}

func firstDifference(want, got []item) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return fmt.Sprintf("CPython has %v, here %v", want[i], got[i])
		}
	}
	if len(want) != len(got) {
		return fmt.Sprintf("CPython has %d, here %d", len(want), len(got))
	}
	return ""
}
