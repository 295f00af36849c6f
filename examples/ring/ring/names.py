"""The names of the ring's channels: place, kind, number, and what of it."""

from __future__ import annotations

from ring.lattice import BPMS_PER_CELL, CELLS, CORRECTORS_PER_CELL

PLANES = ("X", "Y")

BPMS = [f"SR{cell:02d}C-DI-EBPM-{n:02d}" for cell in range(1, CELLS + 1) for n in range(1, BPMS_PER_CELL + 1)]
_STEERERS = [(cell, n) for cell in range(1, CELLS + 1) for n in range(1, CORRECTORS_PER_CELL + 1)]
CORRECTORS = {  # by plane
    "X": [f"SR{cell:02d}A-PC-HSTR-{n:02d}" for cell, n in _STEERERS],
    "Y": [f"SR{cell:02d}A-PC-VSTR-{n:02d}" for cell, n in _STEERERS],
}
DIPOLE = "SR-PC-DIPOL-01"
ALL_BPMS = "SR-DI-EBPM-01"
DCCT = "SR-DI-DCCT-01"
TUNE = "SR-DI-TUNE-01"
INJECTION = "SR-CS-INJEC-01"
