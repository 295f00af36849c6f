"""Where the beam goes, and whether it stays, for given currents of the magnets.

The ring is held at the frequency of its cavity, as a real one is: more field in the
bends means more energy at the same circumference, so the quadrupoles are too weak
for it and the tunes fall. Half a percent moves them by 0.08; at one and a half the
integer is reached and there is no orbit left.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import at
import numpy as np

from ring import faults, lattice

KICK = 1e-4  # rad/A of a corrector
DIPOLE = 1000.0  # A at which the bends fit the energy
CHAMBER = np.array([0.020, 0.015])  # m, half the vacuum chamber's width and height


@dataclass(frozen=True)
class Beam:
    """A closed orbit that the chamber has room for."""

    orbit: np.ndarray  # m, at the BPMs, x and y a row
    tunes: tuple[float, float]  # fractional
    room: float  # of the chamber's half aperture left free at the tightest place, 0 to 1


class Optics:
    """A lattice with its faults, and the currents in its magnets. Not safe for two threads."""

    def __init__(self, rng: np.random.Generator | None) -> None:
        """Make the ring as designed, or as built with the faults that rng draws."""
        self._ring = lattice.design()
        self.magnets = lattice.Magnets.of(self._ring)
        self._field = np.zeros(len(self.magnets.dipoles))
        if rng is not None:
            self._field = faults.misplace(self._ring, self.magnets, rng)

    def beam(self, kicks: np.ndarray, dipole: float) -> Beam | None:
        """Return the beam for correctors at kicks (A; a row for each, x and y) and the dipoles at dipole (A).

        None is no beam: there is no closed orbit, it is not stable, or it hits the chamber.
        """
        self._apply(kicks, dipole)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error", at.AtWarning)  # an orbit that was not found is only warned of
            try:
                start, orbit = at.find_orbit4(self._ring, df=0.0, refpts=range(len(self._ring)))
                matrix, _ = at.find_m44(self._ring, orbit=start, keep_lattice=True)
                tunes = _tunes(matrix)
            except (at.AtWarning, at.AtError, np.linalg.LinAlgError, ValueError):
                return None
        where = orbit[:, [0, 2]]
        room = float(1 - np.max(np.abs(where) / CHAMBER))
        if tunes is None or not room > 0:  # said so that a NaN is no beam
            return None
        return Beam(where[self.magnets.bpms], tunes, room)

    def bpm_positions(self) -> np.ndarray:
        """Return where along the ring the BPMs are, in metres."""
        return self._ring.get_s_pos(self.magnets.bpms)

    def _apply(self, kicks: np.ndarray, dipole: float) -> None:
        for index, kick in zip(self.magnets.correctors, kicks, strict=True):
            self._ring[index].KickAngle = KICK * kick
        field = (1 + self._field) * (dipole / DIPOLE) - 1
        for index, off in zip(self.magnets.dipoles, field, strict=True):
            bend = self._ring[index]
            bend.PolynomB[0] = off * bend.BendingAngle / bend.Length


def _tunes(matrix: np.ndarray) -> tuple[float, float] | None:
    """Return the fractional tunes of a one-turn matrix, or None if it is not stable."""
    values, vectors = np.linalg.eig(matrix)
    if not np.all(np.abs(np.abs(values) - 1) < 1e-4):
        return None
    symplectic = np.kron(np.eye(2), [[0, 1], [-1, 0]])
    # Of each conjugate pair the vector that turns the way the beam does, and of
    # those the one that is more horizontal first.
    forward = [k for k in range(4) if (vectors[:, k].conj() @ symplectic @ vectors[:, k]).imag > 0]
    forward.sort(key=lambda k: float(np.abs(vectors[2, k]) / np.abs(vectors[:, k]).max()))
    if len(forward) != 2:
        return None
    first, second = (float(np.angle(values[k]) / (2 * np.pi)) % 1 for k in forward)
    return first, second
