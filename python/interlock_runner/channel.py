"""Frames between the runner and the supervisor.

A frame is four bytes of length, big-endian, then that many bytes of UTF-8 JSON:
one object whose key "t" names its kind. The descriptor is a stream socket, used
through os.read and os.write because importing socket costs milliseconds.

The script can write to the same descriptor. That is expected: to the supervisor
every frame is a claim.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from .jsontext import decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT_LIMIT = 16 << 20
LIMITED = ("display", "figure")  # the kinds of frames that carry what a script shows


class Channel:
    """One end of the socket. Sending is safe from any thread.

    Only the process that opened the channel sends: a forked child gets its copy
    closed, so that two processes never interleave and an orphan does not keep
    the supervisor waiting.
    """

    def __init__(self, fd: int) -> None:
        self.limit = DEFAULT_LIMIT  # bytes of the body of a frame that shows something
        self._lock = allocate_lock()
        self._fd = self._settle(fd)
        self._identity = self._stat()
        os.register_at_fork(after_in_child=self._forget)

    @staticmethod
    def _settle(fd: int) -> int:
        """Move fd above the standard streams and out of reach of exec."""
        if fd > 2:
            os.set_inheritable(fd, False)
            return fd
        moved = os.dup(fd)
        while moved <= 2:
            moved = os.dup(moved)
        return moved

    def _stat(self) -> tuple[int, int]:
        status = os.fstat(self._fd)
        return status.st_dev, status.st_ino

    def send(self, frame: dict[str, Any]) -> bool:
        """Send frame and report whether it went; a frame over the limit does not."""
        body = encode(frame, "frame").encode("ascii")
        if len(body) > self.limit and frame["t"] in LIMITED:
            return False
        return self.send_bytes(body)

    def cut(self, limit: str, count: int = 1) -> None:
        """Tell that count things were left out because of the limit of that name."""
        self.send({"t": "cut", "limit": limit, "count": count})

    def send_bytes(self, body: bytes) -> bool:
        """Send a frame that is JSON already."""
        with self._lock:
            try:
                # A script may close descriptors it does not know and be given
                # this number again for a file of its own.
                if self._fd < 0 or self._stat() != self._identity:
                    return False
                rest = memoryview(len(body).to_bytes(4, "big") + body)
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
                return True
            except OSError:
                return False  # the supervisor is gone and will end this process

    def receive(self) -> dict[str, Any] | None:
        """Return the next frame, or None at the end of the stream."""
        head = self._read(4)
        if head is None:
            return None
        body = self._read(int.from_bytes(head, "big"))
        return None if body is None else decode(body.decode("utf-8"))

    def _read(self, size: int) -> bytes | None:
        parts = []
        while size:
            part = os.read(self._fd, min(size, 1 << 20))
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close the channel; later frames are dropped. Closing twice is allowed."""
        with self._lock:
            fd, self._fd = self._fd, -1
        try:
            if fd >= 0 and os.fstat(fd).st_ino == self._identity[1]:
                os.close(fd)
        except OSError:
            pass

    def _forget(self) -> None:
        self._lock = allocate_lock()  # another thread may have held it at the fork
        self.close()
