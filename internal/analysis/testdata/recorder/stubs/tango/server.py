"""tango.server, recording: serving a device writes to no equipment."""


class Device:
    """A served device."""

    def __init__(self, *a):
        pass

    def init_device(self):
        return None

    def set_state(self, s):
        self._state = s

    def get_state(self):
        return self._state

    set_status = info_stream = debug_stream = warn_stream = lambda self, *a: None

    @classmethod
    def run_server(cls, *a, **kw):
        return None


class attribute:  # noqa: N801
    def __init__(self, fget=None, **kw):
        self.fget = fget

    def __call__(self, f):
        return self

    def setter(self, f):
        return self

    write = read = setter


def command(f=None, **kw):
    return f if f else (lambda g: g)


def device_property(*a, **kw):
    return kw.get("default_value")


class_property = device_property


def run(classes, *a, **kw):
    return None


server_run = run
