"""Processes that use Channel Access."""

import multiprocessing
import multiprocessing.pool


class CAProcess(multiprocessing.Process):
    """A process with a context of its own."""


class CAPool(multiprocessing.pool.Pool):
    """A pool of them."""
