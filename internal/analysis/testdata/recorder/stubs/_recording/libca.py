"""libca as ctypes sees it: the functions of Channel Access' C interface, recording."""

import ctypes

import _recording as rec

ECA_NORMAL = 1
TYPES = {0: ctypes.c_char * 40, 1: ctypes.c_int16, 2: ctypes.c_float, 3: ctypes.c_uint16, 4: ctypes.c_char, 5: ctypes.c_int32, 6: ctypes.c_double}


class Function:
    """A function of the library: callable, and it takes argtypes and restype."""

    def __init__(self, name, call):
        self.__name__, self._call = name, call
        self.argtypes, self.restype, self.errcheck = None, ctypes.c_int, None

    def __call__(self, *args):
        return self._call(*args)


def plain(arg):
    """The Python value of a ctypes argument."""
    if isinstance(arg, bytes):
        return arg
    return getattr(arg, "value", arg)


def contents(kind, count, pointer):
    """What pointer points to: count values of a DBR type."""
    if isinstance(pointer, bytes):
        return pointer
    of = TYPES.get(kind % 7 if kind > 6 else kind, ctypes.c_double)
    obj = getattr(pointer, "_obj", pointer)
    address = obj if isinstance(obj, int) else ctypes.addressof(obj)
    if isinstance(obj, (ctypes._Pointer, ctypes.c_void_p, ctypes.c_char_p)):
        address = ctypes.cast(obj, ctypes.c_void_p).value
    values = [(of * max(count, 1)).from_address(address)[i] for i in range(max(count, 1))]
    values = [bytes(v).split(b"\0")[0].decode() if kind == 0 and not isinstance(v, bytes) else v for v in values]
    return values[0] if count <= 1 else values


class Library:
    """What CDLL("libca.so") returns here."""

    def __init__(self):
        self._channels = {}

    def __getattr__(self, name):
        call = getattr(type(self), "_" + name, None)
        if name.startswith("_") or not name.startswith("ca_"):
            raise AttributeError(f"libca.so: undefined symbol: {name}")
        function = Function(name, (lambda *a: call(self, *a)) if call else (lambda *a: ECA_NORMAL))
        self.__dict__[name] = function
        return function

    def __getitem__(self, name):
        return getattr(self, name)

    def _made(self, name, chid):
        self._channels[len(self._channels) + 1] = rec.name(plain(name))
        target = getattr(chid, "_obj", chid)
        if isinstance(target, ctypes._Pointer):
            target = target.contents
        target.value = len(self._channels)
        return ECA_NORMAL

    def _name(self, chid):
        return self._channels.get(plain(getattr(chid, "_obj", chid)), "?")

    def _ca_create_channel(self, name, callback, user, priority, chid):
        return self._made(name, chid)

    def _ca_search(self, name, chid):
        return self._made(name, chid)

    def _ca_array_put(self, kind, count, chid, pointer):
        rec.write(self._name(chid), contents(plain(kind), plain(count), pointer))
        return ECA_NORMAL

    def _ca_put(self, kind, chid, pointer):
        return self._ca_array_put(kind, 1, chid, pointer)

    def _ca_array_put_callback(self, kind, count, chid, pointer, *rest):
        return self._ca_array_put(kind, count, chid, pointer)

    def _ca_put_callback(self, kind, chid, pointer, *rest):
        return self._ca_array_put(kind, 1, chid, pointer)

    def _ca_array_get(self, kind, count, chid, pointer):
        value = rec.read(self._name(chid))
        of = TYPES.get(plain(kind), ctypes.c_double)
        obj = getattr(pointer, "_obj", pointer)
        address = ctypes.cast(obj, ctypes.c_void_p).value if isinstance(obj, ctypes._Pointer) else ctypes.addressof(obj)
        cell = of.from_address(address)
        if plain(kind) == 0:
            cell.value = rec.text(value).encode()[:39]
        else:
            value = value[0] if isinstance(value, list) else rec.number(value)
            cell.value = float(value) if of in (ctypes.c_double, ctypes.c_float) else int(value)
        return ECA_NORMAL

    def _ca_get(self, kind, chid, pointer):
        return self._ca_array_get(kind, 1, chid, pointer)

    def _ca_name(self, chid):
        return self._name(chid).encode()

    def _ca_state(self, chid):
        return 2

    def _ca_field_type(self, chid):
        return 6

    def _ca_element_count(self, chid):
        return 1

    def _ca_read_access(self, chid):
        return 1

    def _ca_write_access(self, chid):
        return 1

    def _ca_message(self, status):
        return b"Normal successful completion"
