# writes: definite
# written: exact T:a:b T:c
import epics
TREE = {"a": {"b": 1}, "c": 2}
def walk(node, path):
    for k, v in node.items():
        if isinstance(v, dict):
            walk(v, path + [k])
        else:
            epics.caput(":".join(["T"] + path + [k]), v)
walk(TREE, [])
