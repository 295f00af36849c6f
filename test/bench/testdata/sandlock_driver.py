"""Runs scripts in sandlock, one a line of standard input.

Usage: sandlock_driver.py INTERPRETER READABLE:... WRITABLE:...

The library is loaded once, as in a program that uses it: only the sandbox and
the script are measured. After each script a line NUL, exit status ends its output.
"""

import os
import sys

from sandlock import Sandbox

interpreter, readable, writable = sys.argv[1:]
for line in sys.stdin:
    os.chdir(os.path.dirname(line.strip()))
    box = Sandbox(fs_readable=readable.split(":"), fs_writable=writable.split(":"))
    status = box.run_interactive([interpreter, line.strip()])
    sys.stdout.write(f"\0{status}\n")
    sys.stdout.flush()
