"""Client, recording."""

import asyncio
import types

import _recording as rec

from . import ua
from .common.node import Node


class Subscription:
    """Data changes for a handler."""

    def __init__(self, handler):
        self._handler, self._stops = handler, []

    async def subscribe_data_change(self, nodes, *a, **kw):
        loop = asyncio.get_running_loop()
        for node in nodes if isinstance(nodes, (list, tuple)) else [nodes]:
            def update(value, node=node):
                data = types.SimpleNamespace(monitored_item=types.SimpleNamespace(Value=ua.DataValue(value)))
                out = self._handler.datachange_notification(node, value, data)
                if asyncio.iscoroutine(out):
                    loop.create_task(out)
            self._stops.append(rec.watch(node._ch, lambda v, u=update: loop.call_soon(u, v)))
        return 1

    async def subscribe_events(self, *a, **kw):
        return 1

    async def unsubscribe(self, handle):
        return None

    async def delete(self):
        for stop in self._stops:
            stop()


class Client:
    """A client."""

    def __init__(self, url, timeout=4, watchdog_intervall=1.0):
        self.server_url, self.uaclient, self.session_timeout = url, None, 3600000
        self.nodes = types.SimpleNamespace(root=Node(self, "i=84"), objects=Node(self, "i=85"), server=Node(self, "i=2253"),
                                           server_state=Node(self, "i=2259"), current_time=Node(self, "i=2258"), namespace_array=Node(self, "i=2255"))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *a):
        return None

    async def connect(self, **kw):
        return None

    async def disconnect(self):
        return None

    connect_and_get_server_endpoints = load_data_type_definitions = load_type_definitions = check_connection = connect
    set_security = connect

    async def set_security_string(self, s):
        return None

    def set_user(self, u):
        return None

    set_password = set_locale = set_user

    def get_node(self, nodeid):
        return nodeid if isinstance(nodeid, Node) else Node(self, nodeid)

    def get_objects_node(self):
        return self.nodes.objects

    def get_root_node(self):
        return self.nodes.root

    async def get_namespace_index(self, uri):
        return 2

    register_namespace = get_namespace_index

    async def get_namespace_array(self):
        return ["http://opcfoundation.org/UA/", "urn:server", "http://facility.example"]

    async def create_subscription(self, period, handler, publishing=True):
        return Subscription(handler)

    async def read_values(self, nodes):
        return [await n.read_value() for n in nodes]

    async def write_values(self, nodes, values, raise_on_partial_error=True):
        for n, v in zip(nodes, values, strict=True):
            await n.write_value(v)
        return [ua.StatusCode()] * len(nodes)
