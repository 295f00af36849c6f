# source: ophyd docs, "Signals: put and set" (blueskyproject.io/ophyd)
# kind: writing
# writes: yes
# channels: RANGE:HV:ENABLE RANGE:HV:SET
# reads: yes
from ophyd import EpicsSignal

voltage = EpicsSignal("RANGE:HV:RBV", write_pv="RANGE:HV:SET", name="voltage", tolerance=1e9)
enable = EpicsSignal("RANGE:HV:ENABLE", name="enable")
voltage.wait_for_connection(timeout=2)

enable.put(1)
status = voltage.set(350.0)
status.wait(timeout=2)
print(voltage.read())
