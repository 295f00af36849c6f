"""p4p, recording: values and types."""

import _recording as rec

__version__ = version = "4.3.0"


def set_debug(level):
    return None


def listRefs(*a):
    return {}


class Type:
    """A structure's fields."""

    def __init__(self, spec=(), id=None, base=None, **kw):
        self.spec, self.id = list(spec), id

    def __call__(self, value=None):
        return Value(self, value)

    def getID(self):
        return self.id

    def keys(self):
        return [f[0] for f in self.spec]


class Value:
    """A structure, by attribute and by key."""

    def __init__(self, type=None, value=None):
        object.__setattr__(self, "_fields", {})
        for field in getattr(type, "spec", ()):
            name, kind = field[0], field[1]
            self._fields[name] = Value(Type(kind[2])) if isinstance(kind, tuple) else ([] if kind.startswith("a") and len(kind) > 1 else "" if kind == "s" else 0)
        for k, v in (value or {}).items() if hasattr(value, "items") else ():
            self[k] = v

    def __getattr__(self, name):
        if name.startswith("__") or name not in self._fields:
            raise AttributeError(name)
        return self._fields[name]

    def __setattr__(self, name, value):
        self._fields[name] = value

    def __getitem__(self, name):
        out = self
        for part in name.split("."):
            out = out._fields[part]
        return out

    def __setitem__(self, name, value):
        *path, last = name.split(".")
        out = self
        for part in path:
            out = out._fields.setdefault(part, Value())
        out._fields[last] = value

    def __contains__(self, name):
        return name in self._fields

    def get(self, name, default=None):
        return self._fields.get(name, default)

    def keys(self):
        return self._fields.keys()

    def items(self):
        return self._fields.items()

    def todict(self, *a, **kw):
        return {k: v.todict() if isinstance(v, Value) else v for k, v in self._fields.items()}

    tolist = todict

    def changed(self, *a):
        return True

    def changedSet(self, **kw):
        return set(self._fields)

    def getID(self):
        return "epics:nt/NTScalar:1.0"

    def __repr__(self):
        return f"Value({self.todict()})"


def cleanup():
    return None
