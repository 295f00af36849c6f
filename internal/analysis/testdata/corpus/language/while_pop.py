# writes: definite
# written: exact W:1 W:2
import epics
todo = ["W:1", "W:2"]
while todo:
    n = todo.pop(0)
    epics.caput(n, 0)
