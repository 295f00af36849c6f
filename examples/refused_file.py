"""Refused: reads a file that the run was not given.

Scripts from elsewhere look for keys in the reader's home; this one says so openly.
"""

from pathlib import Path

key = Path("~/.ssh/id_ed25519").expanduser().read_text()
with open("/etc/shadow") as file:
    print(len(key), len(file.read()))
