"""Plays the supervisor: starts the runner over a socketpair and collects what comes back."""

import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

RUNNER = Path(__file__).resolve().parents[1] / "interlock_runner" / "__main__.py"


def _interpreters():
    """One interpreter for each supported version that is on this machine."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    for minor in range(11, 15):
        version = f"3.{minor}"
        builds = sorted(glob.glob(os.path.expanduser(f"~/.pyenv/versions/{version}.*/bin/python")))
        for path in [*builds, shutil.which(f"python{version}")]:
            if path and version not in found and _works(path, version):
                found[version] = path
    return dict(sorted(found.items()))


def _works(path, version):
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([path, "-I", "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


INTERPRETERS = _interpreters()


@dataclass
class Outcome:
    status: int
    stdout: str
    stderr: str
    frames: list = field(default_factory=list)

    def only(self, kind):
        frames = self.all(kind)
        assert len(frames) == 1, (kind, self.frames, self.stderr)
        return frames[0]

    def all(self, kind):
        return [frame for frame in self.frames if frame["t"] == kind]


def send(sock, frame):
    body = json.dumps(frame).encode()
    sock.sendall(len(body).to_bytes(4, "big") + body)


def _receive(stream, frames):
    while head := stream.read(4):
        frames.append(json.loads(stream.read(int.from_bytes(head, "big"))))


class Supervisor:
    def __init__(self, python, folder):
        self.python = python
        self.folder = folder

    def spawn(self, **popen):
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [self.python, "-I", "-B", str(RUNNER), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                **popen,
            )
        return process, ours

    def run(self, source, *, name="script.py", on_disk=True, stdin=b"", **more):
        env = more.pop("env", None)
        path = str(self.folder / name)
        if on_disk:
            Path(path).write_text(source, encoding="utf-8")
        process, ours = self.spawn(env=env)
        frame = {"t": "run", "name": name, "path": path, "source": source, "argv": [], "folder": str(self.folder)}
        frames = []
        stream = ours.makefile("rb")
        reader = threading.Thread(target=_receive, args=(stream, frames))
        reader.start()
        send(ours, {**frame, **more})
        out, err = process.communicate(stdin, timeout=60)
        reader.join(10)
        ours.close()
        return Outcome(process.returncode, out.decode(), err.decode(), frames)

    def plain(self, source, name="script.py", *, stdin=b""):
        """Runs the same source as plain python does, to compare with."""
        path = self.folder / name
        path.write_text(source, encoding="utf-8")
        done = subprocess.run([self.python, str(path)], cwd=self.folder, input=stdin, capture_output=True, check=False)
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(params=INTERPRETERS.values(), ids=INTERPRETERS.keys())
def supervisor(request, tmp_path):
    return Supervisor(request.param, tmp_path)


@pytest.fixture
def here(tmp_path):
    """The interpreter that runs the tests, with its libraries."""
    return Supervisor(sys.executable, tmp_path)
