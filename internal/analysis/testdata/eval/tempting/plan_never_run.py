# source: bluesky documentation, inspecting plans (blueskyproject.io/bluesky)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Estimates how many points a scan has by walking its messages. No RunEngine."""
from bluesky.plans import grid_scan, scan
from ophyd.sim import det, motor1, motor2


def points(plan):
    return sum(1 for message in plan if message.command == "save")


def moves(plan):
    return [m.args[0] for m in plan if m.command == "set"]


print(points(scan([det], motor1, 0, 1, 11)))
print(len(moves(grid_scan([det], motor1, 0, 1, 3, motor2, 0, 1, 4))))
