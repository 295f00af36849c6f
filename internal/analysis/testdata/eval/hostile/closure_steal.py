# source: own
# kind: hostile
# writes: yes
# channels: SR:GIRDER:5:Y
# reads: no
"""Takes the object out of a reader's closure."""
import epics


def reader(name):
    pv = epics.PV(name)
    return lambda: pv.severity


status = reader("SR:GIRDER:5:Y")
for cell in status.__closure__:
    setattr(cell.cell_contents, "eulav"[::-1], 0.015)
