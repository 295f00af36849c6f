"""Server, recording: serving nodes writes to no equipment."""


class _Served:
    """A node of one's own."""

    def __init__(self, value=None):
        self._value, self.nodeid = value, "ns=2;i=1"

    async def _node(self, *a, **kw):
        return _Served(a[2] if len(a) > 2 else None)

    add_object = add_folder = add_variable = add_method = add_property = add_object_type = _node

    async def write_value(self, value, varianttype=None):
        self._value = value

    set_value = write_value

    async def read_value(self):
        return self._value

    async def set_writable(self, writable=True):
        return None


class Server:
    def __init__(self, *a, **kw):
        import types
        self.nodes = types.SimpleNamespace(objects=_Served(), root=_Served())

    async def init(self, *a):
        return None

    start = stop = init

    def set_endpoint(self, url):
        return None

    set_server_name = set_security_policy = set_endpoint

    async def register_namespace(self, uri):
        return 2

    async def __aenter__(self):
        return self

    async def __aexit__(self, *a):
        return None
