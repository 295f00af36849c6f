# source: pyepics docs, "Motor" (pyepics.github.io): where is everything
# kind: reading
# writes: no
# channels: -
# reads: yes
from epics import Motor

for number in range(1, 5):
    m = Motor(f"13IDC:m{number}")
    print(f"{m.description!s:20} {m.get_position(readback=True)} limits {m.LLM}..{m.HLM}")
