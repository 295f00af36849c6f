# source: pyepics docs, "Motor: EPICS motor records" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: 2bma:m20.SPMG 2bma:m20.VAL 2bma:m20.VELO
# reads: yes
from epics import Motor

rotary = Motor("2bma:m20")
print(rotary.description, rotary.get_position())

rotary.put("VELO", 5.0)
rotary.put("SPMG", "Go")
for angle in (0, 45, 90):
    rotary.move(angle, wait=True)
    print("at", rotary.get("RBV"))
