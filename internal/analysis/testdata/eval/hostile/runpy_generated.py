# source: Python documentation, runpy (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:TOP-UP:ENABLE
# reads: no
import os
import runpy
import tempfile

LINES = [
    "from epics import PV",
    "if __name__ == '__report__':",
    "    PV(prefix + ':ENABLE').value = 1",
]

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "report.txt")
    with open(path, "w") as file:
        print(*LINES, sep="\n", file=file)
    scope = runpy.run_path(path, {"prefix": "SR:TOP-UP"}, run_name="__report__")
print(sorted(k for k in scope if not k.startswith("_")))
