"""A clock that jumps: sleeping takes no time, and the time shows that it did.

Loops that wait until a deadline therefore end as they would, only sooner.
"""

import asyncio
import selectors
import threading
import time

_offset = 0.0
_real_sleep = time.sleep
_real = {n: getattr(time, n) for n in ("time", "monotonic", "perf_counter")}
PATIENCE = 0.01  # seconds of real time that a wait for another thread gets


def advance(seconds):
    """Jump forward."""
    global _offset
    _offset += max(0.0, seconds)


def sleep(seconds):
    """Like time.sleep, without the wait; other threads get their turn."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    _real_sleep(min(seconds, 0.0005))
    advance(float(seconds))


def install():
    """Put the clock in place of the host's."""
    time.sleep = sleep
    for name, real in _real.items():
        setattr(time, name, lambda real=real: real() + _offset)
        setattr(time, name + "_ns", lambda real=real: int((real() + _offset) * 1e9))
    _waits()
    _loops()


def _waits():
    """Waits with a limit: a little real time, then the limit has passed."""
    real = threading.Condition.wait

    def wait(self, timeout=None):
        if timeout is None or timeout <= PATIENCE:
            return real(self, timeout)
        before = _offset
        if real(self, PATIENCE):
            return True
        advance(timeout - (_offset - before))
        return False

    threading.Condition.wait = wait


def _loops():
    """asyncio: when nothing is ready, jump to the next timer instead of waiting for it."""

    class Selector(selectors.DefaultSelector):
        def select(self, timeout=None):
            if timeout is None or timeout <= 0:
                return super().select(timeout)
            events = super().select(min(timeout, 0.001))
            if not events:
                advance(timeout)
            return events

    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self):
            return asyncio.SelectorEventLoop(Selector())

    asyncio.set_event_loop_policy(Policy())
