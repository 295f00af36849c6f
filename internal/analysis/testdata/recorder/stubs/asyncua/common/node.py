"""Node, recording."""

import asyncio

import _recording as rec
from asyncua import ua


class Node:
    """A node."""

    def __init__(self, session=None, nodeid="i=85"):
        self.session, self.nodeid = session, nodeid if isinstance(nodeid, ua.NodeId) else ua.NodeId.from_string(str(nodeid))

    @property
    def _ch(self):
        return self.nodeid.to_string()

    def __eq__(self, other):
        return isinstance(other, Node) and self._ch == other._ch

    def __hash__(self):
        return hash(self._ch)

    def __str__(self):
        return self._ch

    __repr__ = __str__

    async def read_value(self):
        await asyncio.sleep(0)
        return rec.number(rec.read(self._ch))

    get_value = read_value

    async def read_data_value(self, raise_on_bad_status=True):
        return ua.DataValue(ua.Variant(await self.read_value()))

    get_data_value = read_data_value

    async def read_attribute(self, attr, indexrange=None, raise_on_bad_status=True):
        return await self.read_data_value()

    async def write_value(self, value, varianttype=None):
        await asyncio.sleep(0)
        rec.write(self._ch, ua.plain(value))

    set_value = write_data_value = write_value

    async def write_attribute(self, attributeid, datavalue, indexrange=None):
        rec.write(self._ch, ua.plain(datavalue))

    async def write_params(self, params):
        rec.write(self._ch, "")

    async def set_writable(self, writable=True):
        rec.write(self._ch, f"writable={writable}")

    async def set_read_only(self):
        await self.set_writable(False)

    async def call_method(self, methodid, *args):
        method = methodid if isinstance(methodid, (Node, ua.NodeId)) else self._below(methodid)
        name = method._ch if isinstance(method, Node) else method.to_string()
        rec.write(name, [ua.plain(a) for a in args])
        return None

    def _below(self, path):
        parts = [path] if isinstance(path, (str, ua.QualifiedName)) else list(path)
        base = self._ch if self._ch not in ("i=85", "i=84") else ""
        return Node(self.session, ua.NodeId.path("/".join([base, *map(str, parts)]).strip("/")))

    async def get_child(self, path, return_all=False):
        return self._below(path)

    async def get_children(self, *a, **kw):
        return [self._below(["2:Child1"])]

    async def get_parent(self):
        return Node(self.session)

    async def get_variables(self):
        return await self.get_children()

    async def read_browse_name(self):
        return ua.QualifiedName(self._ch.rpartition(":")[2], 2)

    async def read_display_name(self):
        return ua.LocalizedText(self._ch)

    read_description = read_display_name

    async def read_node_class(self):
        return ua.NodeClass.Variable

    async def read_data_type_as_variant_type(self):
        return ua.VariantType.Double

    async def read_raw_history(self, *a, **kw):
        return [await self.read_data_value()]

    async def add_variable(self, nodeid, bname, val=None, *a, **kw):
        return Node(self.session, ua.NodeId.path(f"{self._ch}/{bname}"))

    add_object = add_folder = add_method = add_property = add_variable

    async def delete(self, *a, **kw):
        rec.write(self._ch, "delete")
