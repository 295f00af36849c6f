"""Errors."""

from ..device import RedundantStaging  # noqa: F401
from ..signal import LimitError, ReadOnlyError  # noqa: F401
from ..status import InvalidState, StatusTimeoutError, UnknownStatusFailure, WaitTimeoutError  # noqa: F401


class DisconnectedError(Exception):
    pass


def set_and_wait(signal, val, poll_time=0.01, timeout=10, rtol=None, atol=None):
    signal.put(val)


errors = type("errors", (), {"LimitError": LimitError, "ReadOnlyError": ReadOnlyError})
