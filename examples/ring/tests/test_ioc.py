"""The ring as a program: real channels, and real clients in processes of their own."""

from pathlib import Path

import pytest
from served import Ring

CLIENT = Path(__file__).with_name("client.py")


@pytest.mark.parametrize("check", ["names", "setpoints", "nan", "dipole"])
def test_a_channel_access_client_finds(ring, check):
    done = ring.client(CLIENT, check)
    assert done.returncode == 0, done.stderr


def test_it_says_ready_and_nothing_else_and_stops_when_told():
    ring = Ring()
    status = ring.stop()
    assert ring.said == "ready\n"
    assert status == (0, "")


def test_it_answers_over_pv_access_too(ring):
    done = ring.client(
        "-c", "from p4p.client.thread import Context; print(len(Context('pva').get('SR-DI-EBPM-01:SA:X')))"
    )
    assert done.stdout == "48\n", done.stderr


def test_nobody_outside_this_machine_reaches_it(ring):
    """Of the TCP sockets; what UDP searches find leads to those."""
    sockets = {link.readlink().name for link in Path(f"/proc/{ring.process.pid}/fd").iterdir()}
    rows = [line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]
    assert len(listening) == 2
    assert all(address.startswith("0100007F:") for address in listening), listening
