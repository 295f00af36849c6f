"""A script with its helper module and package beside it."""
import lattice
from beamtools.units import to_kelvin
from beamtools import stats as st

ring = lattice.Ring(cells=12)
print(ring, ring.length())
print(to_kelvin([20.0, 25.0]), st.rms([1.0, -1.0, 2.0]))
assert ring.length() > 0
