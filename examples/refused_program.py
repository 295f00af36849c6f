"""Refused: starts a program, and a run may start none.

What it would do is harmless: ask git which version of an analysis this is.
"""

import subprocess

version = subprocess.run(["git", "describe", "--always"], capture_output=True, text=True, check=True)
print("analysis version", version.stdout)
