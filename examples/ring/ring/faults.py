"""What building a ring never gets quite right: magnets out of place, bends not alike."""

from __future__ import annotations

import at
import numpy as np

from ring.lattice import Magnets

CUT = 2.5  # standard deviations: what is further off gets found and moved
OFFSET = 50e-6  # m, of quadrupoles and sextupoles, and of the BPMs' electrical centres
ROLL = 2e-4  # rad, of dipoles around the beam
FIELD = 5e-4  # of a dipole's field


def spread(rng: np.random.Generator, sigma: float, shape: int | tuple[int, ...]) -> np.ndarray:
    """Return normal deviates of width sigma, none further off than CUT of it."""
    values = rng.standard_normal(shape)
    while (far := np.abs(values) > CUT).any():
        values[far] = rng.standard_normal(int(far.sum()))
    return sigma * values


def misplace(ring: at.Lattice, magnets: Magnets, rng: np.random.Generator) -> np.ndarray:
    """Put the faults into ring and return the relative field error of each dipole.

    The field errors are the caller's to apply, since they scale with the current.
    """
    for index, (dx, dy) in zip(magnets.multipoles, spread(rng, OFFSET, (len(magnets.multipoles), 2)), strict=True):
        at.shift_elem(ring[index], dx, dy)
    # A rolled dipole bends a little up or down. Rotating the element would turn
    # the reference orbit with it and leave no kick, so the kick is put in.
    for index, roll in zip(magnets.dipoles, spread(rng, ROLL, len(magnets.dipoles)), strict=True):
        ring[index].PolynomA[0] = roll * ring[index].BendingAngle / ring[index].Length
    return spread(rng, FIELD, len(magnets.dipoles))
