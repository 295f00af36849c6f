# source: pyepics docs, "caput_many and caget_many" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: SR01C:HCM1:SP SR01C:HCM2:SP SR02C:HCM1:SP SR02C:HCM2:SP
# reads: yes
from epics import caget_many, caput_many

names = [f"SR{cell:02d}C:HCM{n}:SP" for cell in (1, 2) for n in (1, 2)]
values = caget_many(names)
scaled = [0.95 * (v or 0.0) for v in values]

status = caput_many(names, scaled, wait="each", connection_timeout=1.0)
for name, old, new, ok in zip(names, values, scaled, status):
    print(f"{name:20s} {old:10.4f} -> {new:10.4f}  {ok}")
