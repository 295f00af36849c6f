package parser

import (
	"fmt"
	"strings"
	"testing"
)

// show prints a tree in one line: kind, operator, name and string, then the
// children by the name of their field.
func show(n *Node) string {
	var b strings.Builder
	b.WriteString(n.Kind.String())
	for _, s := range []string{n.Op.String(), n.Name} {
		if s != "" {
			b.WriteString(" " + s)
		}
	}
	if n.Str != "" {
		fmt.Fprintf(&b, " %q", n.Str)
	}
	one := func(label string, c *Node) {
		if c != nil {
			b.WriteString(" " + label + "(" + show(c) + ")")
		}
	}
	many := func(label string, l []*Node) {
		for _, c := range l {
			one(label, c)
		}
	}
	many("@", n.Decorators())
	many("type", n.TypeParams())
	one("target", n.Target)
	one("left", n.Left)
	one("value", n.Value)
	one("test", n.Test)
	one("right", n.Right)
	one("extra", n.Extra)
	for _, op := range n.Ops() {
		b.WriteString(" op:" + op.String())
	}
	many("", n.List)
	many("kw", n.Keywords)
	many("body", n.Body)
	many("handler", n.Handlers())
	many("else", n.Else)
	many("final", n.Final())
	return b.String()
}

func TestTrees(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a = b = 1", `Assign value(IntConst "1") (Name a) (Name b)`},
		{"a.b[1:2] += 3", `AugAssign + target(Subscript value(Attribute b value(Name a)) right(Slice left(IntConst "1") right(IntConst "2"))) value(IntConst "3")`},
		{"x: int = 0x_ff", `AnnAssign target(Name x) value(IntConst "255") extra(Name int)`},
		{"n = 0xffff_ffff_ffff_ffff_f", `Assign value(IntConst "0xfffffffffffffffff") (Name n)`},
		{"y = 1.50e3, 1e999, 2j", `Assign value(Tuple (FloatConst "1.5e3") (FloatConst "inf") (ComplexConst "2e0")) (Name y)`},
		{`s = "a" 'b\x41\N{DEGREE SIGN}'`, `Assign value(StrConst "abA°") (Name s)`},
		{`s = b"\xff" b"a"`, `Assign value(BytesConst "\xffa") (Name s)`},
		{"f(a, *b, c=1, **d)", `ExprStmt value(Call value(Name f) (Name a) (Starred value(Name b)) kw(Keyword c value(IntConst "1")) kw(Keyword value(Name d)))`},
		{"a < b is not c", `ExprStmt value(Compare left(Name a) op:< op:is not (Name b) (Name c))`},
		{"not a or b and c", `ExprStmt value(BoolOp or (UnaryOp not value(Name a)) (BoolOp and (Name b) (Name c)))`},
		{"{1: a, **b}", `ExprStmt value(Dict (DictItem left(IntConst "1") value(Name a)) (DictItem value(Name b)))`},
		{"[x for x in y if x if z]", `ExprStmt value(ListComp value(Name x) (Comprehension target(Name x) value(Name y) (Name x) (Name z)))`},
		{"{k: v for k, v in d}", `ExprStmt value(DictComp left(Name k) value(Name v) (Comprehension target(Tuple (Name k) (Name v)) value(Name d)))`},
		{"a if b else c", `ExprStmt value(IfExp value(Name a) test(Name b) right(Name c))`},
		{"(w := 1)", `ExprStmt value(NamedExpr target(Name w) value(IntConst "1"))`},
		{"lambda a, /, b=1, *c, d, **e: a", `ExprStmt value(Lambda value(Name a) (Param posonly a) (Param plain b value(IntConst "1")) (Param * c) (Param kwonly d) (Param ** e))`},
		{"@d\nasync def f[T: int](a: A) -> R: await a", `FunctionDef f @(Name d) type(TypeVar T extra(Name int)) extra(Name R) (Param plain a extra(Name A)) body(ExprStmt value(Await value(Name a)))`},
		{"class C(B, metaclass=M): pass", `ClassDef C (Name B) kw(Keyword metaclass value(Name M)) body(Pass)`},
		{"if a: b\nelif c: d\nelse: e", `If test(Name a) body(ExprStmt value(Name b)) else(If test(Name c) body(ExprStmt value(Name d)) else(ExprStmt value(Name e)))`},
		{"for a in b: c\nelse: d", `For target(Name a) value(Name b) body(ExprStmt value(Name c)) else(ExprStmt value(Name d))`},
		{"while a: b\nelse: c", `While test(Name a) body(ExprStmt value(Name b)) else(ExprStmt value(Name c))`},
		{"with a as b, c: d", `With (WithItem target(Name b) value(Name a)) (WithItem value(Name c)) body(ExprStmt value(Name d))`},
		{"try: a\nexcept* E as e: b\nelse: c\nfinally: d", `Try body(ExprStmt value(Name a)) handler(ExceptHandler e value(Name E) body(ExprStmt value(Name b))) else(ExprStmt value(Name c)) final(ExprStmt value(Name d))`},
		{"raise a from b", `Raise value(Name a) extra(Name b)`},
		{"assert a, b", `Assert test(Name a) extra(Name b)`},
		{"del a, b.c", `Delete (Name a) (Attribute c value(Name b))`},
		{"import a.b as c, d", `Import (Alias a.b "c") (Alias d)`},
		{"from ..p import *", `ImportFrom p (Alias *)`},
		{"global a, b", `Global (Identifier a) (Identifier b)`},
		{"type X[*Ts, **P] = int", `TypeAlias type(TypeVarTuple Ts) type(ParamSpec P) target(Name X) value(Name int)`},
		{`f"a{x!r:>{w}}{y=}"`, `ExprStmt value(JoinedStr (StrConst "a") (FormattedValue !r value(Name x) (StrConst ">") (FormattedValue value(Name w))) (FormattedValue "y=" value(Name y)))`},
		{`f"{d["k"]}" 'p' f"{q}"`, `ExprStmt value(JoinedStr (FormattedValue value(Subscript value(Name d) right(StrConst "k"))) (StrConst "p") (FormattedValue value(Name q)))`},
		{`t"a{x}"`, `ExprStmt value(TemplateStr (StrConst "a") (FormattedValue value(Name x)))`},
		{"x = yield\ny = yield from z", `Assign value(Yield) (Name x)`},
		{"a[1, ..., ::2]", `ExprStmt value(Subscript value(Name a) right(Tuple (IntConst "1") (EllipsisConst) (Slice extra(IntConst "2"))))`},
	} {
		if got := show(parse(t, c.src, Options{}).Body[0]); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestMatchStatements(t *testing.T) {
	for pattern, want := range map[string]string{
		"1":                "MatchValue value(IntConst \"1\")",
		"a.b":              "MatchValue value(Attribute b value(Name a))",
		"None":             "MatchSingleton value(NoneConst)",
		"_":                "MatchAs",
		"x":                "MatchAs x",
		"[a, *_]":          "MatchSequence (MatchAs a) (MatchStar)",
		"(a, *r)":          "MatchSequence (MatchAs a) (MatchStar r)",
		"{'k': v, **rest}": "MatchMapping rest (MatchPair left(StrConst \"k\") value(MatchAs v))",
		"P(a, y=0)":        "MatchClass value(Name P) (MatchAs a) kw(MatchKeyword y value(MatchValue value(IntConst \"0\")))",
		"1 | 2 as z":       "MatchAs z value(MatchOr (MatchValue value(IntConst \"1\")) (MatchValue value(IntConst \"2\")))",
	} {
		m := parse(t, "match s:\n  case "+pattern+" if g: b\n", Options{})
		c := first(t, m, MatchCase)
		if got := show(c.Target); got != want {
			t.Errorf("%s\n got %s\nwant %s", pattern, got, want)
		}
		if c.Test.Name != "g" || len(c.Body) != 1 {
			t.Errorf("%s: guard or body lost: %s", pattern, show(c))
		}
	}
}

func TestIPython(t *testing.T) {
	for src, want := range map[string]string{
		"!ls -l":                   `Escape ! "ls -l"`,
		"!!ls":                     `Escape !! "ls"`,
		"x = !caput A 1":           `Assign value(Escape ! "caput A 1") (Name x)`,
		"%pip install p":           `Escape % "pip install p"`,
		"x = %env A":               `Assign value(Escape % "env A") (Name x)`,
		"%%bash":                   `Escape %% "bash"`,
		"a.b?":                     `Escape ? "a.b"`,
		"??a":                      `Escape ?? "a"`,
		"if a:\n  !rm x":           `If test(Name a) body(Escape ! "rm x")`,
		"!echo a \\\n  b":          `Escape ! "echo a   b"`,
		"x = '!ls'":                `Assign value(StrConst "!ls") (Name x)`,
		"a = 7 % timeit":           `Assign value(BinOp % left(IntConst "7") right(Name timeit)) (Name a)`,
		"%timeit -n 1 f('%s' % a)": `Escape % "timeit -n 1 f('%s' % a)"`,
	} {
		if got := show(parse(t, src+"\n", Options{IPython: true}).Body[0]); got != want {
			t.Errorf("%q\n got %s\nwant %s", src, got, want)
		}
	}
}

// Columns count code points, offsets bytes, and a BOM is no column.
func TestPositions(t *testing.T) {
	m := parse(t, "\ufeffé = '😀' + café\r\nx = 'ü'; y\rz", Options{})
	for name, want := range map[string]Position{
		"é": {1, 1, 3}, "café": {1, 11, 17}, "x": {2, 1, 24}, "y": {2, 10, 34}, "z": {3, 1, 36},
	} {
		found := false
		m.Walk(func(n *Node) bool {
			if n.Kind == Name && n.Name == name {
				found = true
				if n.Pos != want || m.Source(n) != name {
					t.Errorf("%s at %+v (%q), want %+v", name, n.Pos, m.Source(n), want)
				}
			}
			return true
		})
		if !found {
			t.Errorf("no name %s", name)
		}
	}
	s := first(t, m, StrConst)
	if s.Str != "😀" || s.Pos.Column != 5 || s.End.Column != 8 || m.Source(s) != "'😀'" {
		t.Errorf("string %q from %+v to %+v", s.Str, s.Pos, s.End)
	}
	f := first(t, parse(t, "@dec\n# note\n\n@other(1)\ndef f(): pass\n", Options{}), FunctionDef)
	if f.Pos.Line != 5 || f.Pos.Column != 1 {
		t.Errorf("a function starts at its decorator: %+v", f.Pos)
	}
}

// Columns of one long line must not cost its length each.
func TestPositionsOfALongLine(t *testing.T) {
	m := parse(t, "é = ["+strings.Repeat("é,", 100_000)+"z]", Options{})
	n := first(t, m, List)
	last := n.List[len(n.List)-1]
	if last.Pos.Column != 6+200_000 || n.List[70_000].Pos.Column != 6+140_000 {
		t.Errorf("columns %d and %d", n.List[70_000].Pos.Column, last.Pos.Column)
	}
}

// Python compares identifiers in NFKC: a write must not hide behind a font.
func TestIdentifiersAreNormalised(t *testing.T) {
	m := parse(t, "epics.𝐜𝐚𝐩𝐮𝐭('X', 1)\nfrom ｅｐｉｃｓ import ﬁx as ﬂy\nf(ﬁ=1)\n", Options{})
	if a := first(t, m, Attribute); a.Name != "caput" {
		t.Errorf("attribute %q", a.Name)
	}
	if i := first(t, m, ImportFrom); i.Name != "epics" || i.List[0].Name != "fix" || i.List[0].Str != "fly" {
		t.Errorf("import %s", show(i))
	}
	m.Walk(func(n *Node) bool {
		if n.Kind == Keyword && n.Name != "fi" {
			t.Errorf("keyword %q", n.Name)
		}
		return true
	})
}

func TestLoneSurrogateIsMarked(t *testing.T) {
	m := parse(t, `x = "a\ud800"`, Options{})
	if s := first(t, m, StrConst); !s.Has(FlagInexact) {
		t.Errorf("string %q is not marked", s.Str)
	}
	if s := first(t, parse(t, `x = "a"`, Options{}), StrConst); s.Has(FlagInexact) {
		t.Error("plain string is marked")
	}
}

func TestContexts(t *testing.T) {
	m := parse(t, "a.b[c] = d\ndel e.f\nfor g, h in i: pass\n", Options{})
	want := map[string]Ctx{"a": Load, "b": Load, "c": Load, "d": Load, "e": Load, "f": Del, "g": Store, "h": Store, "i": Load}
	m.Walk(func(n *Node) bool {
		if n.Kind == Name || n.Kind == Attribute {
			if n.Ctx != want[n.Name] {
				t.Errorf("%s has context %d, want %d", n.Name, n.Ctx, want[n.Name])
			}
			delete(want, n.Name)
		}
		return true
	})
	if s := first(t, m, Subscript); s.Ctx != Store {
		t.Errorf("subscript has context %d", s.Ctx)
	}
	if len(want) != 0 {
		t.Errorf("not seen: %v", want)
	}
}
