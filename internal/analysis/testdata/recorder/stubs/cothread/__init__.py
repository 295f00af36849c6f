"""cothread, recording: tasks are run as they are spawned."""

import time

import _recording.clock

__version__ = "2.20.1"


class Timedout(Exception):
    """A wait that took too long."""


class _Task:
    def __init__(self, result=None, error=None):
        self._result, self._error = result, error

    def Wait(self, timeout=None):
        if self._error:
            raise self._error
        return self._result

    def __bool__(self):
        return False


_depth = 0


def Spawn(function, *args, **kw):
    for key in ("raise_on_wait", "stack_size"):
        kw.pop(key, None)
    try:
        return _Task(function(*args, **kw))
    except Exception as e:
        return _Task(error=e)


def Sleep(timeout):
    time.sleep(timeout)


def SleepUntil(deadline):
    Sleep(max(0, deadline - time.time()))


def Yield(timeout=0):
    Sleep(timeout)


def WaitForAll(tasks, timeout=None, iterator=None):
    return [t.Wait() for t in tasks]


def WaitForQuit(catch_interrupt=True):
    Sleep(1)


def Quit():
    return None


def iqt(*args, **kw):
    return None


class Event:
    """One value for one waiter."""

    def __init__(self, auto_reset=True):
        self._set, self._value = False, None

    def Signal(self, value=None):
        self._set, self._value = True, value

    def Wait(self, timeout=None):
        if not self._set:
            raise Timedout("Timed out waiting for event")
        return self._value

    def Reset(self):
        self._set = False

    def __bool__(self):
        return self._set


class EventQueue:
    """Values in order."""

    def __init__(self, *a, **kw):
        self._items = []

    def Signal(self, value):
        self._items.append(value)

    def Wait(self, timeout=None):
        if not self._items:
            raise Timedout("Timed out waiting for event")
        return self._items.pop(0)

    def close(self):
        return None

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        while self._items:
            yield self._items.pop(0)


class Timer:
    """Calls back once the time has come; here, at once."""

    def __init__(self, timeout, callback, retrigger=False, reuse=False, stack_size=0):
        callback()

    def cancel(self):
        return None


from . import catools  # noqa: E402
