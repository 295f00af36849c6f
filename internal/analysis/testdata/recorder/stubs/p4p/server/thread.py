"""SharedPV, recording: a value of one's own."""

from . import Server, StaticProvider  # noqa: F401


class Handler:
    """What a served PV does."""


class SharedPV:
    def __init__(self, handler=None, initial=None, nt=None, wrap=None, unwrap=None, options=None, **kw):
        self._value, self.nt = initial, nt

    def open(self, value, nt=None, wrap=None, unwrap=None, **kw):
        self._value = value

    def post(self, value, **kw):
        self._value = value

    def current(self):
        return self._value

    def close(self, destroy=False, **kw):
        return None

    def isOpen(self):
        return True

    def put(self, f):
        return f

    rpc = onFirstConnect = onLastDisconnect = put
