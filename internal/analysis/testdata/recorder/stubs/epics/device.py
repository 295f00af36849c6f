"""epics.Device, recording: attributes of a record, or of an area, as PVs."""

from .pv import PV, get_pv

import _recording as rec


class Device:
    """A prefix and its attributes."""

    _prefix, _delim, _pvs, _init = None, "", {}, False
    _aliases, _mutable, _nonpvs = {}, True, ("_prefix", "_pvs", "_delim", "_init", "_aliases", "_mutable", "_nonpvs")

    def __init__(self, prefix="", attrs=None, nonpvs=None, delim="", timeout=None, mutable=True, aliases=None, with_poll=True):
        self._nonpvs = list(self._nonpvs) + list(nonpvs or [])
        self._delim, self._prefix = delim, prefix + delim
        self._pvs, self._mutable, self._aliases = {}, mutable, aliases or {}
        for attr in attrs or []:
            self.PV(attr, connect=False)
        self._init = True

    def PV(self, attr, connect=True, timeout=None, **kw):
        if attr in self._aliases:
            attr = self._aliases[attr]
        if attr not in self._pvs:
            name = attr if self._prefix is None else self._prefix + attr
            self._pvs[attr] = PV(name, **kw)
        return self._pvs[attr]

    def add_pv(self, pvname, attr=None, **kw):
        self._pvs[attr or pvname] = PV(pvname, **kw)
        return self._pvs[attr or pvname]

    def put(self, attr, value, wait=False, use_complete=False, timeout=10):
        return self.PV(attr).put(value, wait=wait, use_complete=use_complete, timeout=timeout)

    def get(self, attr, as_string=False, count=None, timeout=None):
        return self.PV(attr).get(as_string=as_string, count=count)

    def save_state(self):
        return {attr: pv.get() for attr, pv in self._pvs.items()}

    def restore_state(self, state):
        for attr, value in state.items():
            if attr in self._pvs and "write" in self._pvs[attr].access:
                self._pvs[attr].put(value)

    def write_state(self, fname, state=None):
        with open(fname, "w") as f:
            for attr, value in (state or self.save_state()).items():
                f.write(f"{attr} {value}\n")

    def read_state(self, fname, restore=False):
        state = {}
        with open(fname) as f:
            for line in f:
                attr, value = line.split(None, 1)
                state[attr] = value.strip()
        if restore:
            self.restore_state(state)
        return state

    def get_all(self):
        return self.save_state()

    def add_callback(self, attr, callback, **kw):
        return self.PV(attr).add_callback(callback, **kw)

    def remove_callbacks(self, attr, index=None):
        self.PV(attr).remove_callback(index=index)

    def __getattr__(self, attr):
        if attr.startswith("__") or attr in type(self)._nonpvs:
            raise AttributeError(attr)
        if attr in self._aliases:
            attr = self._aliases[attr]
        if attr in self._pvs:
            return self.get(attr)
        if self._init and self._mutable:
            return self.PV(attr).get()
        raise AttributeError(f"{type(self).__name__} has no attribute {attr}")

    def __setattr__(self, attr, value):
        if attr in self._nonpvs or (attr in type(self).__dict__ and not attr in self._pvs) or attr.startswith("_"):
            object.__setattr__(self, attr, value)
        elif attr in self._aliases:
            self.put(self._aliases[attr], value)
        elif attr in self._pvs:
            self.put(attr, value)
        elif self._init and self._mutable:
            self.PV(attr)
            self.put(attr, value)
        else:
            object.__setattr__(self, attr, value)

    def __dir__(self):
        return sorted([*self._pvs, *self._aliases])

    def __repr__(self):
        return f"<Device '{self._prefix}' {len(self._pvs)} attributes>"

    def pv_property(attr, as_string=False, wait=False, timeout=10.0):  # noqa: N805
        return property(lambda self: self.get(attr, as_string=as_string), lambda self, v: self.put(attr, v, wait=wait, timeout=timeout))


pv_property = Device.pv_property
