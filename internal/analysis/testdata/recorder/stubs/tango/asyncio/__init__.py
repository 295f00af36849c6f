"""tango.asyncio, recording: reads and commands are awaited."""

import tango as _t


class _Proxy(_t.DeviceProxy):
    async def read_attribute(self, *a, **kw):
        return _t.DeviceProxy.read_attribute(self, *a, **kw)

    async def write_attribute(self, *a, **kw):
        return _t.DeviceProxy.write_attribute(self, *a, **kw)

    async def command_inout(self, *a, **kw):
        return _t.DeviceProxy.command_inout(self, *a, **kw)

    async def state(self):
        return _t.DeviceProxy.state(self)

    async def status(self):
        return _t.DeviceProxy.status(self)

    def __getattr__(self, attr):
        if attr.startswith("_"):
            raise AttributeError(attr)
        found = _t.DeviceProxy.__getattr__(self, attr)
        if callable(found):
            return found

        async def value():
            return found
        return value()


async def DeviceProxy(dev_name, *a, **kw):
    return _Proxy(dev_name)


async def AttributeProxy(name, *a, **kw):
    return _t.AttributeProxy(name)
