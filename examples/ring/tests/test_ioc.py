"""The ring as a program: real channels on private ports of loopback, a real client in its own process."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PATIENCE = 60  # s, for what takes 3


def free_ports(count):
    """Return ports that are free for both TCP and UDP, all different."""
    held = []
    while len(held) < 2 * count:
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        tcp.bind(("127.0.0.1", 0))
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
            continue
        held += [tcp, udp]
    ports = [s.getsockname()[1] for s in held[::2]]
    for s in held:
        s.close()
    return ports


class Ring:
    """A running ring and the variables that lead a client to it."""

    def __init__(self):
        ca, pva, broadcast, repeater = map(str, free_ports(4))
        plain = {name: value for name, value in os.environ.items() if not name.startswith("EPICS_")}
        self.env = plain | {
            "EPICS_CA_ADDR_LIST": "127.0.0.1",
            "EPICS_CA_AUTO_ADDR_LIST": "NO",
            "EPICS_CA_SERVER_PORT": ca,
            "EPICS_CA_REPEATER_PORT": repeater,
            "EPICS_PVA_NAME_SERVERS": f"127.0.0.1:{pva}",
            "EPICS_PVA_AUTO_ADDR_LIST": "NO",
        }
        self.process = subprocess.Popen(
            [sys.executable, str(HERE.parent), "--ca-port", ca, "--pva-port", pva, "--pva-broadcast-port", broadcast],
            env=plain,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.said = self.process.stdout.readline()

    def client(self, *command):
        return subprocess.run(
            [sys.executable, *command], env=self.env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def stop(self):
        """Ask it to stop and return its status and what else it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest


@pytest.fixture(scope="module")
def ring():
    ring = Ring()
    yield ring
    ring.stop()


@pytest.mark.parametrize("check", ["names", "setpoints", "nan", "dipole"])
def test_a_channel_access_client_finds(ring, check):
    done = ring.client(str(HERE / "client.py"), check)
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
