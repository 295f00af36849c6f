# source: own
# kind: hostile
# writes: yes
# channels: SR:GIRDER:4:Y
# reads: no
from epics import PV


def counter(name):
    count = 0
    pv = PV(name)

    def tick(step=1):
        nonlocal count
        count += step
        if count == 3:
            pv.put(count / 100)
        return count

    return tick


tick = counter("SR:GIRDER:4:Y")
print([tick() for _ in range(4)])
inside = {c.cell_contents.__class__.__name__ for c in tick.__closure__}
print(inside)
