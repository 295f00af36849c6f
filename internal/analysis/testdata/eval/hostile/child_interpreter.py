# source: own
# kind: hostile
# writes: yes
# channels: SR:NMR:FIELD
# reads: no
"""Feeds a program to another interpreter's standard input."""
import subprocess
import sys

words = ["import", "epics;", "epics.ca", "put('SR:NMR:FIELD',", "1.3012)"]
program = " ".join(words[:3]) + " ".join(words[3:])
child = subprocess.run([sys.executable, "-"], input=program, text=True, check=True)
print("exit", child.returncode)
