"""What Interlock says of the scripts before they run, under the policy beside them (X2, X6, N2)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ring import names

RING = Path(__file__).resolve().parents[1]
SETPOINTS = {f"{corrector}:SETI" for plane in "XY" for corrector in names.CORRECTORS[plane]}


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """Copies that nobody else can write: a checkout's files may be writable by the group."""
    folder = tmp_path_factory.mktemp("rules")
    for name in ("policy.yaml", "config.yml"):
        shutil.copyfile(RING / name, folder / name)
        (folder / name).chmod(0o600)
    return ["--policy", str(folder / "policy.yaml"), "--config", str(folder / "config.yml")]


def interlock(*arguments):
    binary = os.environ.get("INTERLOCK_TEST_BINARY")
    assert binary, "set INTERLOCK_TEST_BINARY to a built interlock, as make ring does"
    return subprocess.run([binary, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def check(rules, script):
    """Return the decision and the channels that script puts, as far as they are known."""
    said = json.loads(interlock("check", "--format", "json", *rules, str(script)).stdout)
    puts = [access["channels"] for access in said["facts"]["accesses"] or [] if access["op"] == "write"]
    return said, puts


def test_the_policy_and_the_configuration_are_in_order(rules):
    done = interlock("policy", "check", *rules)
    assert done.returncode == 0, done.stdout + done.stderr


def test_reading_the_orbit_needs_nobody(rules):
    said, puts = check(rules, RING / "scripts" / "read_orbit.py")
    assert (said["decision"]["mode"], said["facts"]["control"]["writes"], puts) == ("read_only", "none", [])
    assert said["decision"]["effect"] in ("allow", "warn")


@pytest.mark.parametrize("script", ["response.py", "correct.py"])
def test_the_setpoints_of_an_honest_script_are_known_before_it_runs(rules, script):
    said, puts = check(rules, RING / "scripts" / script)
    assert (said["decision"]["mode"], said["decision"]["effect"]) == ("write_access", "needs_approval")
    assert puts
    for put in puts:
        assert put["kind"] == "exact"
        assert set(put["values"]) == SETPOINTS


def test_an_amount_that_is_known_only_at_the_ring_is_left_to_the_wire(rules):
    said, puts = check(rules, RING / "scripts" / "too_far.py")
    assert (said["decision"]["mode"], said["decision"]["effect"]) == ("write_access", "needs_approval")
    assert all("SR03A-PC-HSTR-02:SETI" in put["values"] for put in puts)


def test_a_hidden_put_is_not_seen_and_so_gets_no_write_access(rules):
    said, puts = check(rules, RING / "scripts" / "hidden.py")
    assert (said["decision"]["mode"], said["facts"]["control"]["writes"], puts) == ("read_only", "unresolved", [])


@pytest.mark.parametrize(
    ("channel", "value"), [("SR-PC-DIPOL-01:SETI", 1000.0), ("SR03A-PC-HSTR-02:SETI", 9.0), ("SR-CS-INJEC-01:FILL", 1)]
)
def test_a_put_that_is_spelled_out_and_not_granted_is_refused_before_it_runs(rules, tmp_path, channel, value):
    script = tmp_path / "put.py"
    script.write_text(f"import epics\nepics.caput({channel!r}, {value})\n", encoding="utf-8")
    said, _ = check(rules, script)
    assert said["decision"]["effect"] == "deny"
    assert channel in json.dumps(said["decision"]["reasons"])
