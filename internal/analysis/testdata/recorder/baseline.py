"""Two simple detectors to compare with: baseline.py FILE... prints a JSON line a file.

"verb": some call's callee has a name that begins or ends like a verb of writing.
"imports": the file imports a library of a control system.
"""

import ast
import json
import re
import sys

VERB = re.compile(r"(^|_)(ca|pv)?(put|set|write|mv|mvr|move|ramp)(_|$)|^(ca|pv)put|^(set|put|write)[A-Z]", re.I)
LIBRARIES = {"epics", "aioca", "cothread", "caproto", "p4p", "pvaccess", "ophyd", "ophyd_async", "bluesky", "softioc", "tango", "PyTango", "asyncua", "osprey"}


def look(source: str) -> dict:
    """Both verdicts on one file; a file that is no Python gets neither."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {"verb": False, "imports": False}
    names, modules = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            callee = node.func
            names.add(callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else "")
        elif isinstance(node, ast.Import):
            modules |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add((node.module or "").split(".")[0])
    return {"verb": any(VERB.search(n) for n in names), "imports": bool(modules & LIBRARIES)}


if __name__ == "__main__":
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="replace") as f:
            print(json.dumps({"script": path, **look(f.read())}))
