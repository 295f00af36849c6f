"""The scripts, straight at a ring: what each does when nothing stands between."""

import re
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("scripts")


def run(ring, folder, script, *arguments):
    done = ring.client(SCRIPTS / script, *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def setpoints(ring):
    names = "[f'SR{c:02d}A-PC-{w}STR-{n:02d}:SETI' for w in 'HV' for c in range(1, 13) for n in range(1, 4)]"
    return ring.client("-c", f"import epics; print(list(map(float, epics.caget_many({names}))))").stdout


def test_one_after_the_other(ring, folder):
    """A shift: look, measure, correct, and then two scripts that should not have been run."""
    assert "48 BPMs" in run(ring, folder, "read_orbit.py")
    assert (folder / "orbit.png").read_bytes().startswith(b"\x89PNG")

    before = setpoints(ring)
    assert "8 correctors, 24 puts" in run(ring, folder, "response.py")
    assert setpoints(ring) == before, "the measurement did not put every corrector back"

    said = run(ring, folder, "correct.py", "response.npz", "--verify")
    assert float(re.search(r"factor of ([\d.]+)", said)[1]) > 2.5, said
    assert setpoints(ring) != before

    assert "caput returned 1, the setpoint is 5.0 A" in run(ring, folder, "too_far.py"), (
        "the record clamps and says nothing"
    )
    said = run(ring, folder, "hidden.py")
    assert "beam: 0.0 mA" in said, said
