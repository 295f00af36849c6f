"""p4p.rpc, recording: procedures called as methods."""

import functools

from p4p.client._common import rpc as _rpc
from p4p import Value


def rpc(rtype=None):
    return lambda f: f


def rpccall(fmt, request=None, rtype=None):
    def decorate(f):
        f._call_PV = fmt
        return f
    return decorate


def rpcproxy(spec):
    """A class of calls becomes a proxy with a context and a format."""
    class Proxy(spec):
        def __init__(self, context=None, format=None, **kw):  # noqa: A002
            self.context, self.format, self.timeout = context, format or {}, 3.0
            self.__dict__.update(kw)

        def __getattribute__(self, name):
            found = object.__getattribute__(self, name)
            if not hasattr(found, "_call_PV"):
                return found

            @functools.wraps(found)
            def call(*a, **kw):
                import inspect
                bound = inspect.signature(found).bind(*a, **kw).arguments
                fmt = self.format
                pv = found._call_PV % fmt if isinstance(fmt, (tuple, dict)) else found._call_PV
                return self.context.rpc(pv, Value(None, {"query": Value(None, bound)}))
            return call
    return functools.wraps(spec, updated=())(Proxy)


class NTURIDispatcher:
    """Serves procedures."""

    def __init__(self, *a, **kw):
        pass


def quickRPCServer(*a, **kw):
    return None
