"""PyTango, recording. A channel is DEVICE/ATTRIBUTE or DEVICE/COMMAND."""

import enum
import time
import types

import _recording as rec

__version__ = "10.0.0"
_READ_COMMANDS = {"state", "status", "init_", "devvarstatus"}


class DevState(enum.IntEnum):
    ON, OFF, CLOSE, OPEN, INSERT, EXTRACT, MOVING, STANDBY, FAULT, INIT, RUNNING, ALARM, DISABLE, UNKNOWN = range(14)

    def __str__(self):
        return self.name


globals().update({s.name: s for s in DevState})


class AttrQuality(enum.IntEnum):
    ATTR_VALID, ATTR_INVALID, ATTR_ALARM, ATTR_CHANGING, ATTR_WARNING = range(5)


class AttrWriteType(enum.IntEnum):
    READ, READ_WITH_WRITE, WRITE, READ_WRITE = range(4)


class EventType(enum.IntEnum):
    CHANGE_EVENT, QUALITY_EVENT, PERIODIC_EVENT, ARCHIVE_EVENT, USER_EVENT, ATTR_CONF_EVENT, DATA_READY_EVENT = range(7)


class GreenMode(enum.IntEnum):
    Synchronous, Futures, Gevent, Asyncio = range(4)


class DevSource(enum.IntEnum):
    DEV, CACHE, CACHE_DEV = range(3)


class ExtractAs(enum.IntEnum):
    Numpy, ByteArray, Bytes, Tuple, List, String, Nothing = range(7)


class CmdArgType(enum.IntEnum):
    DevVoid, DevBoolean, DevShort, DevLong, DevFloat, DevDouble = range(6)


DevDouble, DevLong, DevString, DevBoolean, DevVoid = "DevDouble", "DevLong", "DevString", "DevBoolean", "DevVoid"


class DevFailed(Exception):
    """The device's refusal."""


class ConnectionFailed(DevFailed):
    """No such device."""


class CommunicationFailed(DevFailed):
    """No answer."""


class DeviceAttribute:
    """What reading an attribute returns."""

    def __init__(self, name, value):
        self.name, self.value, self.w_value, self.quality, self.has_failed = name, value, value, AttrQuality.ATTR_VALID, False
        self.time = types.SimpleNamespace(tv_sec=int(time.time()), tv_usec=0, totime=time.time, todatetime=lambda: time.ctime())
        self.timestamp = self.time
        self.dim_x, self.dim_y, self.is_empty = 1, 0, False


_KNOWN = {"dev_name", "name"}


class DeviceProxy:
    """A device: its attributes are Python's, and so are its commands, whose names start with a capital."""

    def __init__(self, dev_name, need_check_acc=True, green_mode=None, **kw):
        name = rec.name(dev_name)
        if name.count("/") < 2:
            name = name.strip()
        for scheme in ("tango://",):
            if name.startswith(scheme):
                name = name.removeprefix(scheme).split("/", 1)[-1]
        self.__dict__["_name"] = name
        self.__dict__["_events"] = 0

    def _ch(self, attr):
        return f"{self._name}/{attr}"

    def _value(self, attr):
        value = rec.array(rec.number(rec.read(self._ch(attr))))
        return DevState.ON if attr.lower() == "state" and not isinstance(value, DevState) else value

    def __getattr__(self, attr):
        if attr.startswith("_"):
            raise AttributeError(attr)
        if attr[0].isupper() and attr not in _ATTRIBUTES:
            return lambda *args: self.command_inout(attr, *args)
        return self._value(attr)

    def __setattr__(self, attr, value):
        if attr.startswith("_"):
            self.__dict__[attr] = value
            return
        rec.write(self._ch(attr), value)

    def __getitem__(self, attr):
        return self.read_attribute(attr)

    def __setitem__(self, attr, value):
        self.write_attribute(attr, value)

    def __contains__(self, attr):
        return True

    def read_attribute(self, attr_name, extract_as=ExtractAs.Numpy, wait=True, **kw):
        return DeviceAttribute(attr_name, self._value(attr_name))

    def read_attributes(self, attr_names, extract_as=ExtractAs.Numpy, **kw):
        return [self.read_attribute(a) for a in attr_names]

    def write_attribute(self, attr, value, wait=True, **kw):
        rec.write(self._ch(attr if isinstance(attr, str) else attr.name), value)

    def write_attributes(self, attr_values, **kw):
        for a, v in attr_values:
            self.write_attribute(a, v)

    def write_read_attribute(self, attr_name, value, *a, **kw):
        self.write_attribute(attr_name, value)
        return self.read_attribute(attr_name)

    def write_attribute_asynch(self, attr, value, cb=None, **kw):
        self.write_attribute(attr, value)
        return 1

    def write_attribute_reply(self, id, timeout=0):
        return None

    def read_attribute_asynch(self, attr_name, cb=None, **kw):
        self._pending = attr_name
        return 1

    def read_attribute_reply(self, id, timeout=0, **kw):
        return self.read_attribute(self._pending)

    def command_inout(self, cmd_name, cmd_param=None, **kw):
        if cmd_name.lower() in ("state", "status"):
            return getattr(self, cmd_name.lower())()
        rec.write(self._ch(cmd_name), "" if cmd_param is None else cmd_param)
        return None

    def command_inout_asynch(self, cmd_name, cmd_param=None, cb=None, **kw):
        self.command_inout(cmd_name, cmd_param)
        return 1

    def command_inout_reply(self, id, timeout=0):
        return None

    def state(self, **kw):
        rec.read(self._ch("State"))
        return DevState.ON

    def status(self, **kw):
        rec.read(self._ch("Status"))
        return "The device is in ON state."

    State = lambda self: self.state()
    Status = lambda self: self.status()

    def ping(self, **kw):
        return 150

    def info(self):
        return types.SimpleNamespace(dev_class="PowerSupply", server_id="PS/1", server_host="host", server_version=6)

    def name(self):
        return self._name

    def dev_name(self):
        return self._name

    def alias(self):
        return self._name.rpartition("/")[2]

    def set_timeout_millis(self, t):
        return None

    set_source = set_green_mode = set_transparency_reconnection = set_timeout_millis

    def get_timeout_millis(self):
        return 3000

    def get_attribute_list(self):
        return ["State", "Status", "current", "voltage"]

    def get_command_list(self):
        return ["State", "Status", "On", "Off"]

    def attribute_list_query(self):
        return [types.SimpleNamespace(name=n, writable=AttrWriteType.READ_WRITE, data_type=5, unit="A") for n in self.get_attribute_list()]

    def command_list_query(self):
        return [types.SimpleNamespace(cmd_name=n, in_type="DevVoid", out_type="DevVoid") for n in self.get_command_list()]

    def get_attribute_config(self, name):
        one = types.SimpleNamespace(name=name, unit="A", min_value="-10", max_value="10", label=str(name), format="%6.2f", writable=AttrWriteType.READ_WRITE)
        return one if isinstance(name, str) else [one]

    attribute_query = get_attribute_config
    get_attribute_config_ex = get_attribute_config

    def set_attribute_config(self, config):
        rec.write(self._name, "attribute config")

    def get_property(self, name, *a):
        return {n: ["1"] for n in ([name] if isinstance(name, str) else name)}

    def put_property(self, props):
        rec.write(self._name, props)

    def delete_property(self, name):
        rec.write(self._name, "delete property")

    def subscribe_event(self, attr_name, event_type, cb, *a, **kw):
        self._events = self._events + 1
        call = cb.push_event if hasattr(cb, "push_event") else cb

        def update(value):
            call(types.SimpleNamespace(attr_name=self._ch(attr_name), attr_value=DeviceAttribute(attr_name, value), err=False, errors=(), device=self, event="change"))
        if callable(call):
            rec.watch(self._ch(attr_name), update)
        return self._events

    def unsubscribe_event(self, id):
        return None

    def poll_attribute(self, name, period):
        return None

    is_attribute_polled = lambda self, name: False
    lock = lambda self, validity=10: None
    unlock = lambda self, force=False: None
    is_locked = lambda self: False

    def __repr__(self):
        return f"DeviceProxy({self._name})"


_ATTRIBUTES = {"Position", "Current", "Voltage", "Temperature", "Pressure", "Velocity", "Acceleration", "Energy", "Gap", "Value", "Intensity", "ExposureTime"}
Device = DeviceProxy


class AttributeProxy:
    """One attribute."""

    def __init__(self, attr_name, *a, **kw):
        self._full = rec.name(attr_name)

    def read(self, extract_as=None, **kw):
        return DeviceAttribute(self._full.rpartition("/")[2], rec.array(rec.number(rec.read(self._full))))

    def write(self, value, **kw):
        rec.write(self._full, value)

    def write_read(self, value, **kw):
        self.write(value)
        return self.read()

    def name(self):
        return self._full.rpartition("/")[2]

    def get_device_proxy(self):
        return DeviceProxy(self._full.rpartition("/")[0])

    def get_config(self):
        return types.SimpleNamespace(name=self.name(), unit="A", min_value="-10", max_value="10")

    def state(self):
        return DevState.ON


class Group:
    """Devices as one."""

    def __init__(self, name):
        self._name, self._devices = name, []

    def add(self, patterns, timeout_ms=-1):
        self._devices += [patterns] if isinstance(patterns, str) else list(patterns)

    def get_device_list(self, forward=True):
        return list(self._devices)

    get_size = lambda self, forward=True: len(self._devices)
    __len__ = lambda self: len(self._devices)

    def _all(self, act):
        out = []
        for d in self._devices:
            data = act(DeviceProxy(d))
            out.append(types.SimpleNamespace(dev_name=lambda d=d: d, has_failed=lambda: False, get_data=lambda data=data: data.value if data is not None else None))
        return out

    def read_attribute(self, attr_name, forward=True):
        return self._all(lambda d: d.read_attribute(attr_name))

    def write_attribute(self, attr_name, value, forward=True, multi=False):
        values = list(value) if multi else [value] * len(self._devices)
        for d, v in zip(self._devices, values):
            DeviceProxy(d).write_attribute(attr_name, v)
        return []

    def command_inout(self, cmd_name, param=None, forward=True):
        return self._all(lambda d: d.command_inout(cmd_name, param))


class Database:
    """The database of devices."""

    def __init__(self, *a):
        pass

    def get_device_exported(self, filter):
        return ["sr/ps/1", "sr/ps/2"]

    get_device_name = lambda self, server, cls: ["sr/ps/1"]
    get_device_exported_for_class = get_device_exported
    get_server_list = lambda self, *a: ["PS/1"]

    def get_device_property(self, dev, name):
        return {n: ["1"] for n in ([name] if isinstance(name, str) else name)}

    def put_device_property(self, dev, props):
        rec.write(dev, props)

    def get_db_host(self):
        return "localhost"


class EventData:
    """What an event brings."""


class ApiUtil:
    @staticmethod
    def instance():
        return ApiUtil()

    set_asynch_cb_sub_model = get_asynch_replies = lambda self, *a: None


class DevVarDoubleStringArray(list):
    pass


class AttributeInfoEx:
    pass


def get_device_proxy(name, *a, **kw):
    return DeviceProxy(name)


def get_attribute_proxy(name, *a, **kw):
    return AttributeProxy(name)


class EnsureOmniThread:
    __enter__ = lambda self: self
    __exit__ = lambda self, *a: None


from . import server, utils  # noqa: E402
