# source: ophyd docs, "EpicsMotor" (blueskyproject.io/ophyd)
# kind: writing
# writes: yes
# channels: ID4:Gap.OFF ID4:Gap.VAL ID4:Gap.VELO
# reads: yes
from ophyd import EpicsMotor

gap = EpicsMotor("ID4:Gap", name="gap")
gap.wait_for_connection()
gap.velocity.put(0.2)
gap.user_offset.put(0.013)
status = gap.move(14.2, wait=False)
status.wait(timeout=2)
print(gap.position, gap.moving)
