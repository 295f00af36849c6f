"""The ring's physics, without a socket."""

import math

import at
import numpy as np
import pytest
from ring.machine import BPM_NOISE, CORRECTOR_LIMIT, CORRECTOR_NOISE, FULL, Machine, RefusedValueError
from ring.optics import DIPOLE, Optics

from ring import lattice, names

TICK = 0.1
SETTLED = 30  # ticks: more than any supply needs for what is asked of it here


def settle(machine, ticks=SETTLED):
    for _ in range(ticks):
        machine.tick(TICK)
    return machine.read()


def test_the_design_has_the_tunes_and_chromaticities_it_was_made_for():
    ring = lattice.design()
    assert at.get_tune(ring, get_integer=True) == pytest.approx([10.220, 4.280], abs=1e-3)
    assert at.get_chrom(ring) == pytest.approx([1, 1], abs=0.01)
    assert ring.circumference == pytest.approx(192)
    assert ring.get_rf_frequency() == pytest.approx(499_654_096.67, abs=0.01)
    _, _, optics = at.get_optics(ring, refpts=range(len(ring)))
    assert optics.beta.max(axis=0) == pytest.approx([14.7, 24.3], abs=0.1)
    assert optics.dispersion[:, 0].max() == pytest.approx(0.486, abs=1e-3)
    assert optics.dispersion[0] == pytest.approx([0, 0, 0, 0], abs=1e-5)


def test_the_tunes_of_the_machine_are_those_of_the_lattice_library():
    beam = Optics(None).beam(np.zeros((36, 2)), DIPOLE)
    assert beam.tunes == pytest.approx([0.220, 0.280], abs=1e-3)
    assert settle(Machine(perfect=True), 1).tunes == pytest.approx([0.220, 0.280], abs=1e-3)


def test_there_are_as_many_instruments_as_names():
    magnets = lattice.Magnets.of(lattice.design())
    assert len(magnets.bpms) == len(names.BPMS) == len(set(names.BPMS)) == 48
    assert len(magnets.correctors) == len(names.CORRECTORS["X"]) == len(names.CORRECTORS["Y"]) == 36
    assert (names.BPMS[0], names.CORRECTORS["Y"][-1]) == ("SR01C-DI-EBPM-01", "SR12A-PC-VSTR-03")
    reading = Machine().read()
    assert reading.orbit.shape == (48, 2) and reading.correctors.shape == (36, 2)


def test_a_ring_without_faults_has_no_orbit_and_one_with_them_has_millimetres():
    assert np.abs(Machine(perfect=True).read().orbit).max() < 6 * BPM_NOISE
    rms = np.sqrt(np.mean(Machine().read().orbit ** 2, axis=0))
    assert 0.5e-3 < rms[0] < 2.5e-3 and 1e-3 < rms[1] < 3.7e-3


def test_the_same_seed_is_the_same_ring_and_another_is_another():
    assert np.array_equal(Machine(3).read().orbit, Machine(3).read().orbit)
    assert not np.allclose(Machine(3).read().orbit, Machine(4).read().orbit, atol=1e-4)


@pytest.mark.parametrize("plane", [0, 1])
@pytest.mark.parametrize("index", [0, 16, 35])
def test_a_corrector_moves_the_orbit_as_linear_optics_says(index, plane):
    """In a ring without faults; both at the BPMs of its plane, and not at all in the other."""
    machine = Machine(perfect=True)
    machine.set_corrector(index, plane, 0.1)
    moved = settle(machine).orbit
    ring = lattice.design()
    magnets = lattice.Magnets.of(ring)
    where = [*magnets.bpms, magnets.correctors[index]]
    order = np.argsort(where)
    _, _, optics = at.get_optics(ring, refpts=sorted(where), get_chrom=False)
    tune = at.get_tune(ring, get_integer=True)[plane]
    beta, phase = np.empty(49), np.empty(49)
    beta[order], phase[order] = optics.beta[:, plane], optics.mu[:, plane]
    kick = 1e-4 * 0.1
    turn = np.cos(np.abs(phase[:-1] - phase[-1]) - np.pi * tune)
    expected = kick * np.sqrt(beta[:-1] * beta[-1]) * turn / (2 * np.sin(np.pi * tune))
    if plane == 0:  # the circumference is held by the cavity: a kick where there is dispersion changes the energy
        eta = np.empty(49)
        eta[order] = optics.dispersion[:, 0]
        expected -= kick * eta[-1] * eta[:-1] / (lattice.CIRCUMFERENCE * at.get_mcf(ring))
    size = np.abs(expected).max()
    assert moved[:, plane] == pytest.approx(expected, abs=0.02 * size + 6 * BPM_NOISE)
    assert np.abs(moved[:, 1 - plane]).max() < 0.02 * size + 6 * BPM_NOISE


def test_a_current_slews_to_its_setpoint_and_stops_at_its_supply():
    machine = Machine()
    machine.set_corrector(5, 1, 3.0)
    machine.tick(TICK)
    assert machine.read().correctors[5, 1] == pytest.approx(1.0, abs=6 * CORRECTOR_NOISE)
    assert settle(machine).correctors[5, 1] == pytest.approx(3.0, abs=6 * CORRECTOR_NOISE)
    machine.set_corrector(5, 1, 1000.0)
    assert settle(machine).correctors[5, 1] == pytest.approx(CORRECTOR_LIMIT, abs=6 * CORRECTOR_NOISE)


def test_half_a_percent_of_the_dipoles_moves_the_tunes():
    machine = Machine()
    before = machine.read().tunes
    machine.set_dipole(1.005 * DIPOLE)
    after = settle(machine)
    assert after.stored
    assert np.subtract(before, after.tunes) == pytest.approx([0.08, 0.08], abs=0.02)


@pytest.mark.parametrize("seed", range(1, 8))
def test_five_percent_of_the_dipoles_loses_the_beam_of_any_ring_until_it_is_filled_again(seed):
    machine = Machine(seed)
    machine.set_dipole(1.05 * DIPOLE)
    lost = settle(machine)
    assert not lost.stored and lost.current == 0 and lost.lifetime == 0
    assert np.isnan(lost.orbit).all() and np.isnan(lost.tunes).all()
    assert not machine.fill()
    machine.set_dipole(DIPOLE)
    assert not settle(machine).stored
    assert machine.fill()
    assert machine.read().current == pytest.approx(FULL, abs=0.1)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_and_changes_nothing(value):
    machine = Machine()
    for put in (lambda: machine.set_corrector(0, 0, value), lambda: machine.set_dipole(value)):
        with pytest.raises(RefusedValueError, match="finite"):
            put()
    after = settle(machine)
    assert after.stored and np.isfinite(after.orbit).all() and np.isfinite(after.correctors).all()


def test_beam_decays_faster_with_less_room():
    quiet, bumped = Machine(perfect=True), Machine(perfect=True)
    bumped.set_corrector(16, 1, CORRECTOR_LIMIT)
    assert settle(bumped).stored
    assert 0 < bumped.lifetime() < 0.95 * quiet.lifetime()
    hours = quiet.lifetime()
    quiet.tick(360)
    assert quiet.read().current == pytest.approx(FULL * math.exp(-0.1 / hours), abs=0.1)
