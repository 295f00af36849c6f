"""caproto.server, recording: serving channels of one's own writes to no equipment, and run() returns at once."""

import argparse
import asyncio


class ChannelData:
    """A served value."""

    def __init__(self, *, value=0, **kw):
        self.value, self.alarm = value, None
        self.__dict__.update({k: v for k, v in kw.items() if k not in ("startup", "shutdown")})

    async def write(self, value=None, *, verify_value=True, **metadata):
        self.value = value

    async def read(self, data_type=None):
        return None, [self.value]


class pvproperty:  # noqa: N801
    """A channel of a PVGroup."""

    def __init__(self, get=None, put=None, startup=None, shutdown=None, *, name=None, value=0, dtype=None, **kw):
        self.attr, self.name, self.value, self.hooks = None, name, value, {}

    def __set_name__(self, owner, name):
        self.attr = name
        self.name = self.name if self.name is not None else name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return obj.__dict__.setdefault(f"_{self.attr}_", ChannelData(value=self.value))

    def _hook(self, kind, function):
        self.hooks[kind] = function
        return self

    def startup(self, f): return self._hook("startup", f)
    def shutdown(self, f): return self._hook("shutdown", f)
    def putter(self, f): return self._hook("putter", f)
    def getter(self, f): return self._hook("getter", f)

    def scan(self, period, **kw):
        return lambda f: self._hook("scan", f)

    def __call__(self, get, put=None, startup=None, shutdown=None):
        return self


class SubGroup(pvproperty):
    """A group in a group."""


class PVGroup:
    """Channels under a prefix."""

    def __init__(self, prefix="", *, macros=None, parent=None, name=None, **kw):
        self.prefix, self.macros, self.parent = prefix, macros or {}, parent
        self.pvdb = {prefix + p.name: getattr(self, k) for c in type(self).__mro__ for k, p in vars(c).items() if isinstance(p, pvproperty)}


def run(pvdb, *, interfaces=None, module_name=None, log_pv_names=False, startup_hook=None, **kw):
    return None


def ioc_arg_parser(*, default_prefix="", desc="", argv=None, macros=None, supported_async_libs=None, **kw):
    return {"prefix": default_prefix}, {"interfaces": ["0.0.0.0"], "module_name": "caproto.asyncio.server", "log_pv_names": False}


def template_arg_parser(*, default_prefix="", desc="", argv=None, macros=None, supported_async_libs=None):
    parser = argparse.ArgumentParser(description=desc)
    parser.add_argument("--prefix", default=default_prefix)
    return parser, lambda args: ({"prefix": args.prefix}, {})


records = argparse.Namespace()
