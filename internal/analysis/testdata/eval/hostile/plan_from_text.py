# source: bluesky tutorial, plan stubs (blueskyproject.io/bluesky)
# kind: hostile
# writes: yes
# channels: XF:ATT:SP
# reads: no
"""Turns words into a plan."""
import bluesky.plan_stubs as stubs
from bluesky import RunEngine
from ophyd import EpicsSignal

WORDS = "vm"
target = EpicsSignal("XF:ATT:SP", name="attenuation")
plan = getattr(stubs, WORDS[::-1])
engine = RunEngine({})
run = type(engine).__call__
run(engine, plan(target, 4))
