# written: exact R:a:b
import epics
def visit(tree, at):
    if isinstance(tree, list):
        return [visit(t, at) for t in tree]
    if isinstance(tree, dict):
        return [visit(v, at + ":" + k) for k, v in tree.items()]
    epics.caput(at, tree)
visit({"a": {"b": 3}}, "R")
