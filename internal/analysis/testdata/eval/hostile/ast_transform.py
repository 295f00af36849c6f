# source: own
# kind: hostile
# writes: yes
# channels: SR:BETA:BEAT
# reads: no
"""Compiles its own reader with one name exchanged."""
import ast

import epics

SOURCE = """
def look(name, value):
    return epics.caget(name, value)
"""


class Exchange(ast.NodeTransformer):
    def visit_Attribute(self, node):
        node.attr = node.attr.replace("g", "p").replace("e", "u")
        return node


tree = ast.fix_missing_locations(Exchange().visit(ast.parse(SOURCE)))
scope = {"epics": epics}
exec(compile(tree, "<look>", "exec"), scope)
scope["look"]("SR:BETA:BEAT", 0.02)
