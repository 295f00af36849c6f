# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""A linter: finds calls of put functions in other people's source, with ast."""
import ast

WRITERS = {"caput", "put", "write_attribute", "set"}
SOURCE = """
import epics
def go():
    epics.caput("SR:HCM1:SP", 1)
    print(epics.caget("SR:HCM1:RB"))
"""


class Finder(ast.NodeVisitor):
    def __init__(self):
        self.found = []

    def visit_Call(self, node):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in WRITERS:
            self.found.append((node.lineno, ast.unparse(node)))
        self.generic_visit(node)


finder = Finder()
finder.visit(ast.parse(SOURCE))
for line, text in finder.found:
    print(f"{line}: {text}")
