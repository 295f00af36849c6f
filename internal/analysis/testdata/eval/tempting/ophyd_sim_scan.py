# source: bluesky tutorial, hello bluesky with simulated hardware (blueskyproject.io/bluesky)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""A first scan, with the simulated motor and detector only."""
from bluesky import RunEngine
from bluesky.plans import count, scan
from ophyd.sim import det, motor

documents = []
engine = RunEngine({})
engine(scan([det], motor, -1, 1, 5), lambda name, doc: documents.append(name))
engine(count([det], num=3), lambda name, doc: documents.append(name))
print(len(documents), "documents")
