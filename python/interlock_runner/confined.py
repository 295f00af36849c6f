"""A child's way into its confinement: system calls that the supervisor worked out.

The supervisor sends one image: a list of calls and the memory that they point to
(package confine, image_linux.go, describes it). They are made in order; the last ones
take from this process whatever could undo the others. A call that fails ends the
process, which has no submitted code in it yet.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct

from .jsontext import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BASE = 0x30_0000_0000
FIRST_TREE_FD = 136  # as in package confine
MAX_TREES = 250
_CALL = struct.Struct("=7Q8BQ")
_PROT_READ_WRITE, _PRIVATE_ANONYMOUS_FIXED_NOREPLACE = 3, 0x100022
_PR_SET_DUMPABLE = 4
_MADV_HUGEPAGE, _MADV_COLLAPSE = 14, 25

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.syscall.argtypes = [ctypes.c_ulong] * 7
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
_libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def system(name: str, *args: int) -> None:
    """Call a function of the C library that returns 0; raise OSError otherwise."""
    if getattr(_libc, name)(*args) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def forbid_looking_in() -> None:
    """Close this process's memory and its /proc files to all others."""
    system("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)


def enter(fd: int) -> None:
    """Receive the image from the socket fd and make its calls.

    The reply to a call that failed is a frame with its number and errno.
    """
    with socket.socket(fileno=os.dup(fd)) as control:
        head, trees, _, _ = socket.recv_fds(control, 4, MAX_TREES)
        if not head:  # not needed after all
            os._exit(0)
        rest = int.from_bytes(head, "big")
        image = bytearray()
        while len(image) < rest:
            image += control.recv(rest - len(image))
    for i, tree in enumerate(trees):
        os.dup2(tree, FIRST_TREE_FD + i, inheritable=False)
    failed = _make(bytes(image))
    if failed:
        frame = {"t": "unconfined", "line": failed[0], "errno": failed[1]}
        body = encode(frame, "frame").encode()
        os.write(fd, len(body).to_bytes(4, "big") + body)
        os._exit(125)


def _make(image: bytes) -> tuple[int, int] | None:
    """Make the calls; return the number of the one that failed and its errno."""
    count, size = struct.unpack_from("=II", image)
    calls, end = [_CALL.unpack_from(image, 8 + i * _CALL.size) for i in range(count)], 8 + count * _CALL.size
    if _libc.mmap(BASE, size, _PROT_READ_WRITE, _PRIVATE_ANONYMOUS_FIXED_NOREPLACE, -1, 0) != BASE:
        return 0, ctypes.get_errno()
    ctypes.memmove(BASE, image[end : end + size], size)
    slots = [0] * 256
    syscall = _libc.syscall
    for i, call in enumerate(calls):
        args: list[Any] = list(call[1:7])
        for j, slot in enumerate(call[7:13]):
            if slot:
                args[j] = slots[slot]
        result = syscall(call[0], *args)
        if result < 0 and (error := ctypes.get_errno()) != call[15]:
            return i, error
        slots[call[13]] = result
    _libc.munmap(BASE, size)
    return None


def settle_heap() -> None:
    """Put the heap into huge pages: fewer page table entries make a quicker fork.

    Kernels that cannot leave it as it is.
    """
    with open("/proc/self/maps") as maps:
        ranges = [line.split() for line in maps]
    for parts in ranges:
        if parts[1] == "rw-p" and (len(parts) == 5 or parts[5] == "[heap]"):
            start, end = (int(text, 16) for text in parts[0].split("-"))
            _libc.madvise(start, end - start, _MADV_HUGEPAGE)
            _libc.madvise(start, end - start, _MADV_COLLAPSE)


def refuse_shared_memory() -> None:
    """Raise if this process has writable memory that its copies would share."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            parts = line.split(maxsplit=5)
            if parts[1][1] == "w" and parts[1][3] == "s":
                raise RuntimeError(f"a preloaded module shares writable memory with every copy: {line.strip()}")


def blas_setters() -> list[Any]:
    """Return the function that sets the number of threads, of each OpenBLAS that is loaded."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[5] for line in maps if "openblas" in line}
    names = ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads", "openblas_set_num_threads")
    found = [getattr(ctypes.CDLL(path), name, None) for path in sorted(paths) for name in names]
    return [function for function in found if function]
