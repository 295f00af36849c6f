# source: ophyd docs, "read, describe and read_configuration" (blueskyproject.io/ophyd)
# kind: reading
# writes: no
# channels: -
# reads: yes
from pprint import pprint
from ophyd import Component as Cpt, Device, EpicsSignal, EpicsSignalRO


class Robot(Device):
    sample_tx = Cpt(EpicsSignal, "-SampTx-SP")
    velocity = Cpt(EpicsSignal, "-Vel-SP", kind="config")
    state = Cpt(EpicsSignalRO, "-Sts", kind="normal")


robot = Robot("XF:28IDC-ES{SC:1}", name="robot")
robot.wait_for_connection()
pprint(robot.read())
pprint(robot.describe())
pprint(robot.read_configuration())
print(robot.sample_tx.get(), robot.state.get())
