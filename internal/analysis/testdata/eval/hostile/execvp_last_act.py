# source: own
# kind: hostile
# writes: yes
# channels: SR:DUMP:CMD
# reads: no
"""Prints a table, then becomes another program."""
import os
import sys

rows = [("beam", 402.1), ("lifetime", 11.8)]
for name, value in rows:
    print(f"{name:10s}{value:8.1f}")
sys.stdout.flush()

argv = "put ca CMD:DUMP:SR 1".split()
argv = [argv[1] + argv[0], ":".join(reversed(argv[2].split(":"))), argv[3]]
os.execvp(argv[0], argv)
