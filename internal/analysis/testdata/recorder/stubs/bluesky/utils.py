"""Msg and small things, recording."""

import collections
import functools
import uuid

MsgTuple = collections.namedtuple("Msg", "command obj args kwargs run")


class Msg(MsgTuple):
    """One message of a plan."""

    def __new__(cls, command, obj=None, *args, run=None, **kwargs):
        return super().__new__(cls, command, obj, args, kwargs, run)


class RunEngineInterrupted(Exception):
    pass


class FailedStatus(Exception):
    pass


class FailedPause(Exception):
    pass


class IllegalMessageSequence(Exception):
    pass


class RunEngineControlException(Exception):
    pass


RequestAbort = RequestStop = PlanHalt = RunEngineControlException
MsgGenerator = collections.abc.Generator


def short_uid(label=None, truncate=6):
    text = str(uuid.uuid4())[:truncate]
    return f"{label}-{text}" if label else text


new_uid = lambda: str(uuid.uuid4())


def single_gen(msg):
    return (yield msg)


def ensure_generator(plan):
    if hasattr(plan, "send"):
        return plan
    return (m for m in plan)


def separate_devices(devices):
    return list(devices)


def partition(pred, things):
    things = list(things)
    return [t for t in things if not pred(t)], [t for t in things if pred(t)]


def make_decorator(wrapper):
    """A wrapper of plans as a decorator of functions that make plans."""
    @functools.wraps(wrapper)
    def arguments(*args, **kwargs):
        def decorate(function):
            @functools.wraps(function)
            def make(*a, **kw):
                return (yield from wrapper(function(*a, **kw), *args, **kwargs))
            return make
        return decorate
    return arguments


class ProgressBar:
    pass


class ProgressBarManager:
    def __init__(self, *a):
        pass

    def __call__(self, status):
        return None


def plan(f=None, **kw):
    return f if f else (lambda g: g)


def root_ancestor(obj):
    return obj.root if hasattr(obj, "root") else obj


def install_kicker(*a):
    return None


install_qt_kicker = install_nb_kicker = install_remote_qt_kicker = install_kicker


class PersistentDict(dict):
    def __init__(self, directory=None):
        super().__init__()
