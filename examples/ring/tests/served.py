"""A ring as a program of its own, on private ports of loopback, for the tests that need one."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

RING = Path(__file__).resolve().parents[1]
PATIENCE = 60  # s, for what takes a few


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
            "MPLBACKEND": "Agg",
        }
        self.process = subprocess.Popen(
            [sys.executable, str(RING), "--ca-port", ca, "--pva-port", pva, "--pva-broadcast-port", broadcast],
            env=plain,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.said = self.process.stdout.readline()

    def client(self, *command, cwd=None):
        """Run Python with command to its end, as a client of this ring."""
        command = [sys.executable, *map(str, command)]
        return subprocess.run(
            command, env=self.env, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def stop(self):
        """Ask it to stop and return its status and what else it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest
