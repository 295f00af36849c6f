"""Print, as one JSON object a line, what CPython's ast finds in each file named on stdin.

A line is {"file": ..., "error": ...} or {"file": ..., "names": [...], "attributes", "calls",
"imports", "strings"}. An item is [line, column, text]; both count from 1, columns in code points.
Inside an f-string both are 0 (they are right from Python 3.12 on only), and its literal parts are
left out. A string that the other parser may mark as inexact is "inexact".
"""

import ast
import json
import sys

KINDS = ("names", "attributes", "calls", "imports", "strings")


class Finder(ast.NodeVisitor):
    def __init__(self, source: bytes) -> None:
        text = source.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        self.lines = [line.encode() for line in text.split("\n")]
        self.found: dict[str, list] = {kind: [] for kind in KINDS}
        self.fstrings = 0  # how many f-strings are around
        self.literal = False  # whether a constant here is a literal part of one

    def add(self, kind: str, node: ast.AST, text: str) -> None:
        if self.fstrings:
            self.found[kind].append([0, 0, text])
            return
        before = self.lines[node.lineno - 1][: node.col_offset]
        self.found[kind].append([node.lineno, len(before.decode()) + 1, text])

    def within(self, node: ast.AST, fstrings: int, literal: bool) -> None:
        before = self.fstrings, self.literal
        self.fstrings, self.literal = fstrings, literal
        self.generic_visit(node)
        self.fstrings, self.literal = before

    def visit_JoinedStr(self, node: ast.AST) -> None:
        self.within(node, self.fstrings + 1, True)

    def visit_FormattedValue(self, node: ast.AST) -> None:
        self.within(node, self.fstrings, False)

    visit_TemplateStr = visit_JoinedStr
    visit_Interpolation = visit_FormattedValue

    def visit_Name(self, node: ast.Name) -> None:
        self.add("names", node, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.add("attributes", node, node.attr)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.add("calls", node, f"{len(node.args)} {','.join(k.arg or '**' for k in node.keywords)}")
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for a in node.names:
            self.add("imports", node, f"{a.name} as {a.asname or ''}")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for a in node.names:
            self.add("imports", node, f"{'.' * node.level}{node.module or ''}:{a.name} as {a.asname or ''}")

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and not self.literal:
            inexact = any(c == "\ufffd" or "\ud800" <= c <= "\udfff" for c in node.value)
            self.add("strings", node, "inexact" if inexact else node.value)


def find(source: bytes) -> dict:
    try:
        finder = Finder(source)
        finder.visit(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError) as e:
        return {"error": f"{type(e).__name__}: {e}"}
    return finder.found


def main() -> None:
    for name in sys.stdin.read().splitlines():
        with open(name, "rb") as f:
            print(json.dumps({"file": name, **find(f.read())}), flush=True)


main()
