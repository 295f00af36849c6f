"""The storage ring as designed: twelve double-bend cells, 2.5 GeV, 192 m."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import at

CELLS = 12
ENERGY = 2.5e9  # eV
CIRCUMFERENCE = 192.0  # m
HARMONIC = 320
BPMS_PER_CELL = 4
CORRECTORS_PER_CELL = 3  # each steers in both planes
QUADRUPOLES = {"Q1": -0.56262, "Q2": 2.03213, "Q3": -2.8204, "Q4": 1.406993}  # k, 1/m^2
SEXTUPOLES = {"SD": -31.4121, "SF": 47.6281}  # PolynomB[2], 1/m^3
BEND = math.radians(15)
STEPS = 10  # of integration in a magnet: with one or two the tunes come out wrong


@dataclass(frozen=True)
class Magnets:
    """Where the elements of each kind are in a lattice, in the order the beam sees them."""

    bpms: list[int]
    correctors: list[int]
    dipoles: list[int]
    multipoles: list[int]  # quadrupoles and sextupoles

    @classmethod
    def of(cls, ring: at.Lattice) -> Magnets:
        """Look the elements of ring up by their names."""

        def named(*names: str) -> list[int]:
            return [i for i, element in enumerate(ring) if element.FamName in names]

        return cls(named("BPM"), named("COR"), named("B"), named(*QUADRUPOLES, *SEXTUPOLES))


def design() -> at.Lattice:
    """Return the ring without a fault, with its cavity off: tunes 10.220 and 4.280, chromaticity +1 and +1."""
    elements = [element for _ in range(CELLS) for element in _cell()]
    frequency = HARMONIC * at.constants.clight / CIRCUMFERENCE
    elements.append(at.RFCavity("RF", 0.0, 1.5e6, frequency, HARMONIC, ENERGY, PassMethod="IdentityPass"))
    return at.Lattice(elements, name="virtual ring", energy=ENERGY, periodicity=1)


def _cell() -> Iterator[at.Element]:
    yield from _half()
    yield _corrector()  # at the mirror, between the halves of SF
    yield from reversed(list(_half()))


def _half() -> Iterator[at.Element]:
    """From the middle of a straight to the middle of the arc. Lengths are in metres."""
    yield at.Drift("D", 2.45)
    yield at.Monitor("BPM")
    yield at.Drift("D", 0.10)
    yield _quadrupole("Q1", 0.25)
    yield at.Drift("D", 0.20)
    yield _corrector()
    yield at.Drift("D", 0.25)
    yield _quadrupole("Q2", 0.40)
    yield at.Drift("D", 0.45)
    yield _quadrupole("Q3", 0.25)
    yield at.Drift("D", 0.50)
    yield at.Dipole("B", 1.5, BEND, EntranceAngle=BEND / 2, ExitAngle=BEND / 2, NumIntSteps=STEPS)
    yield at.Drift("D", 0.175)
    yield at.Monitor("BPM")
    yield at.Drift("D", 0.175)
    yield _sextupole("SD", 0.20)
    yield at.Drift("D", 0.35)
    yield _quadrupole("Q4", 0.40)
    yield at.Drift("D", 0.25)
    yield _sextupole("SF", 0.10)


def _quadrupole(name: str, length: float) -> at.Element:
    return at.Quadrupole(name, length, QUADRUPOLES[name], NumIntSteps=STEPS)


def _sextupole(name: str, length: float) -> at.Element:
    return at.Sextupole(name, length, SEXTUPOLES[name], NumIntSteps=STEPS)


def _corrector() -> at.Element:
    return at.Corrector("COR", 0.0, [0.0, 0.0])
