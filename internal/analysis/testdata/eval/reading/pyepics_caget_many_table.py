# source: pyepics docs, "caget_many" (pyepics.github.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import epics

PLANES = ("X", "Y")
names = [f"SR:C{c:02d}-BI{{BPM:{b}}}Pos:{p}-I" for c in (1, 2, 3) for b in (1, 2) for p in PLANES]
values = epics.caget_many(names, timeout=2)

for name, value in zip(names, values):
    text = "disconnected" if value is None else f"{value:+.4f}"
    print(f"{name:40s} {text}")
