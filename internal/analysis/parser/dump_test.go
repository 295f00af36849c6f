package parser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Both ends of the dump must give the same numbers to the same names.
func TestNumbersMatchTheCrate(t *testing.T) {
	src, err := os.ReadFile("../../../parser/src/kind.rs")
	if err != nil {
		t.Fatal(err)
	}
	variants := func(enum string) []string {
		_, rest, _ := strings.Cut(string(src), "pub enum "+enum+" {")
		body, _, _ := strings.Cut(rest, "}")
		return regexp.MustCompile(`\w+`).FindAllString(strings.Replace(body, "= 1", "", 1), -1)
	}
	kinds := variants("Kind")
	if len(kinds) != int(kindCount)-1 {
		t.Fatalf("%d kinds in the crate, %d here", len(kinds), kindCount-1)
	}
	for i, name := range kinds {
		if Kind(i+1).String() != name {
			t.Errorf("kind %d is %s in the crate, %s here", i+1, name, Kind(i+1))
		}
	}
	ops := variants("Op")
	if len(ops) != int(opCount)-1 {
		t.Fatalf("%d operators in the crate, %d here", len(ops), opCount-1)
	}
	for op, name := range map[Op]string{OpAdd: "Add", OpFloorDiv: "FloorDiv", OpInvert: "Invert", OpUSub: "USub",
		OpAnd: "And", OpEq: "Eq", OpNotIn: "NotIn", ParamPosOnly: "ParamPosOnly", ParamKwArgs: "ParamKwArgs",
		ConvNone: "ConvNone", ConvASCII: "ConvASCII", EscapeShell: "EscapeShell", EscapeParen: "EscapeParen"} {
		if ops[op-1] != name {
			t.Errorf("operator %d is %s in the crate, %s here", op, ops[op-1], name)
		}
	}
	for tag, name := range map[int]string{tagOp: "OP", tagLevel: "LEVEL", tagValue: "VALUE", tagExtra: "EXTRA",
		tagList: "LIST", tagDecorators: "DECORATORS", tagFinal: "FINAL", tagOps: "OPS"} {
		if !strings.Contains(string(src), fmt.Sprintf("pub const %s: u8 = %d;", name, tag)) {
			t.Errorf("tag %s is not %d in the crate", name, tag)
		}
	}
}

// everything has each kind of node that Python 3.14 and IPython know.
const everything = `
@d
class C[T: int = str, *Ts, **P](B, k=1):
  x: int = -1
  async def f(self, a, /, b=1, *c, e: int, **g) -> None:
    global q, r
    async for i in j: await k
    async with l as m, n: yield
    return [o async for o in p]
def g():
  nonlocal z
  yield from h
  del a.b, c[d:e:f], c[...]
  [a + b(c)]
for i in j: continue
else: pass
while a: break
type X[T] = int
if a: b
elif c: d
else: e
try: raise a from b
except (E, F) as e: assert a, "b"
finally: f
import a.b as c
from . import x as y
match m:
  case 1 | None | [a, *b] | {"k": v, **r} | P(a, y=0) as z if w: pass
a = b = lambda x: (x, *y), {1: 2, **c}, {1, 2}, {k: v for k, v in z}, {s for s in t}
x = a if b else (w := 1), not c, d and e, 1 < 2, f"a{x!r:>{w}}{y=}", t"{z}", b"x", 1.5, 2j, True, False
x += (i for i in j)
%magic
y = !ls
`

func TestEveryKindIsReached(t *testing.T) {
	seen := map[Kind]bool{}
	parse(t, everything, Options{IPython: true}).Walk(func(n *Node) bool {
		seen[n.Kind] = true
		return true
	})
	for k := Kind(1); k < kindCount; k++ {
		if !seen[k] {
			t.Errorf("no %s", k)
		}
	}
}

func everythingDump(t testing.TB) string {
	e, err := testParser(t).load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	dump, err := e.run(context.Background(), []byte(everything), Options{IPython: true})
	if err != nil {
		t.Fatal(err)
	}
	return dump
}

// A dump that is cut or changed anywhere is an error or a tree, never a panic.
func TestDecodeSurvivesDamage(t *testing.T) {
	dump, src := everythingDump(t), []byte(everything)
	for i := 0; i < len(dump); i += 1 + i%3 {
		if _, _, err := decode(dump[:i], src); !errors.Is(err, errDump) {
			t.Fatalf("cut at %d: %v", i, err)
		}
		for _, b := range []byte{0, 1, 0x7f, 0xff} {
			m, _, err := decode(dump[:i]+string([]byte{b})+dump[i+1:], src)
			if err == nil && m != nil {
				checkTree(t, m)
			}
		}
	}
}

func TestDecodeBoundsRecursion(t *testing.T) {
	const n = MaxDepth + 1
	node := "\x06\x00\x00\x00\x00\x00\x00\x00\x00" // a Return without its end mark
	one := func(i int) string { return string([]byte{byte(i), byte(i >> 8), byte(i >> 16), 0}) }
	body := strings.Replace(strings.Repeat(node+"\x07", n), "\x06", string([]byte{byte(Return)}), -1) + strings.Repeat("\x00", minNode)
	dump := dumpMagic + "\x00" + one(n+1) + one(1) + one(1) + body
	if _, _, err := decode(dump, nil); err == nil || !strings.Contains(err.Error(), "deeper") {
		t.Errorf("got %v", err)
	}
}

// checkTree follows all that the table at Node promises.
func checkTree(t *testing.T, m *Module) {
	count := 0
	m.Walk(func(n *Node) bool {
		count++
		if n.Kind == Bad || n.Kind >= kindCount || n.Op >= opCount || n.Ctx >= ctxCount {
			t.Errorf("node out of range: %+v", n)
		}
		if need := required[n.Kind]; need&(1<<tagValue) != 0 && n.Value == nil ||
			need&(1<<tagLeft) != 0 && n.Left == nil || need&(1<<tagTarget) != 0 && n.Target == nil {
			t.Errorf("%s lacks a child", n.Kind)
		}
		_, _ = m.Source(n), n.At()
		return true
	})
	if count > m.Nodes {
		t.Errorf("%d nodes, %d announced", count, m.Nodes)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(everythingDump(f)), []byte(everything))
	f.Add([]byte(dumpMagic+"\x01\x00\x00\x00\x00\x02\x00\x00\x00no"), []byte("x"))
	f.Fuzz(func(t *testing.T, dump, src []byte) {
		if len(src) > MaxBytes {
			t.Skip()
		}
		m, r, err := decode(string(dump), src)
		if set := (m != nil) != (r != nil); err == nil && !set || err != nil && (m != nil || r != nil) {
			t.Fatalf("module %v, refusal %v, error %v", m, r, err)
		}
		if m != nil {
			checkTree(t, m)
		}
		if r != nil {
			_ = r.asError(src)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{everything, "x = f'{a!r:{b}}'", "!ls\n%%x\n", "\ufeff# coding: utf-8\n", "match x:\n case _: 1", strings.Repeat("(", 300)} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, src []byte, ipython bool) {
		m, err := testParser(t).Parse(context.Background(), src, Options{IPython: ipython})
		var gate *GateError
		if err != nil && !errors.As(err, &gate) && !isSyntaxError(err) {
			t.Fatalf("neither a tree nor a refusal: %v", err)
		}
		if gate != nil && gate.Reason == ParserFault {
			t.Fatalf("the parser has a fault: %v", gate)
		}
		if m != nil {
			checkTree(t, m)
		}
	})
}
