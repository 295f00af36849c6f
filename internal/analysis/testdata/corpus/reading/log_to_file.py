# writes: none
# unresolved: -
# path: write log.txt
import time
import epics
with open("log.txt", "w") as f:
    for _ in range(3):
        f.write(f"{time.time()} {epics.caget('T')}\n")
