# source: pyepics docs, "Device attributes" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: XXX:cal1.A XXX:cal1.CALC XXX:cal1.PROC
# reads: yes
from epics import Device

calc = Device("XXX:cal1.", attrs=("A", "B", "CALC", "VAL", "PROC"))
calc.CALC = "A*3"
calc.A = 2
setattr(calc, "PROC", 1)
print(calc.VAL)
