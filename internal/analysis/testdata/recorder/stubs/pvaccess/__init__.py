"""pvaPy, recording."""

import enum
import time

import _recording as rec

__version__ = "5.5.0"
BOOLEAN, BYTE, UBYTE, SHORT, USHORT, INT, UINT, LONG, ULONG, FLOAT, DOUBLE, STRING = ("boolean", "byte", "ubyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "string")
PVA, CA = "pva", "ca"


class ProviderType(enum.Enum):
    PVA, CA = "pva", "ca"


PVA, CA = ProviderType.PVA, ProviderType.CA


class PvaException(Exception):
    """The base of the errors."""


class ChannelTimeout(PvaException):
    """No answer."""


class InvalidRequest(PvaException):
    """A request that makes no sense."""


class FieldNotFound(PvaException):
    """No such field."""


class PvObject:
    """A structure."""

    def __init__(self, structure=None, values=None, typeId=""):
        self._structure, self._values = structure or {}, dict(values or {})

    def __getitem__(self, key):
        out = self._values
        for part in key.split("."):
            if part not in out:
                raise FieldNotFound(key)
            out = out[part]
        return out

    def __setitem__(self, key, value):
        self._values[key] = value

    def __contains__(self, key):
        return key in self._values

    def getPyObject(self, *a):
        return self._values.get("value")

    def toDict(self, *a):
        return dict(self._values)

    get = set = None

    def get(self, key=None):  # noqa: F811
        return self._values if key is None else self[key]

    def set(self, values):  # noqa: F811
        self._values.update(values if isinstance(values, dict) else {"value": values})

    def getDouble(self, key="value"):
        return float(rec.number(self[key]))

    def getInt(self, key="value"):
        return int(rec.number(self[key]))

    def getString(self, key="value"):
        return rec.text(self[key])

    getFloat, getLong, getShort, getBoolean = getDouble, getInt, getInt, getInt

    def setDouble(self, key, value=None):
        self._values["value" if value is None else key] = key if value is None else value

    setInt = setString = setFloat = setLong = setBoolean = setDouble

    def getScalarArray(self, key="value"):
        return self[key]

    getStructure = get
    setScalarArray = setStructure = setDouble

    def getStructureDict(self):
        return self._structure

    def hasField(self, key):
        return key in self._values

    def keys(self):
        return self._values.keys()

    def items(self):
        return self._values.items()

    def __str__(self):
        return f"structure {self._values}"


def _scalar(name):
    def __init__(self, value=0):
        PvObject.__init__(self, {"value": name}, {"value": value})

    return type(name, (PvObject,), {"__init__": __init__, "get": lambda self: self._values["value"], "set": lambda self, v: self._values.update(value=v),
                                    "__float__": lambda self: float(self._values["value"])})


PvBoolean, PvByte, PvUByte, PvShort, PvUShort, PvInt, PvUInt, PvLong, PvULong, PvFloat, PvDouble, PvString = map(
    _scalar, ("PvBoolean", "PvByte", "PvUByte", "PvShort", "PvUShort", "PvInt", "PvUInt", "PvLong", "PvULong", "PvFloat", "PvDouble", "PvString"))


class PvScalarArray(PvObject):
    """An array."""

    def __init__(self, kind=DOUBLE):
        super().__init__({"value": [kind]}, {"value": []})

    def get(self):
        return self._values["value"]

    def set(self, v):
        self._values["value"] = list(v)


class PvTimeStamp(PvObject):
    """A time."""


class PvAlarm(PvObject):
    """An alarm."""


NtScalar = NtTable = NtNdArray = PvObject


class Channel:
    """A channel."""

    def __init__(self, name, provider=PVA):
        self._name = rec.name(name)
        self._monitors = {}

    def _object(self):
        value = rec.array(rec.number(rec.peek(self._name)))
        now = time.time()
        return PvObject({"value": DOUBLE}, {"value": value, "alarm": {"severity": 0, "status": 0, "message": ""},
                                            "timeStamp": {"secondsPastEpoch": int(now), "nanoseconds": 0}, "display": {"units": "mm"}})

    def getName(self):
        return self._name

    def get(self, request="field(value)"):
        rec.read(self._name)
        return self._object()

    def put(self, value, request="field(value)"):
        if isinstance(value, PvObject):
            value = value._values.get("value", value._values)
        elif isinstance(value, dict):
            value = value.get("value", value)
        rec.write(self._name, value)

    def putGet(self, value, request="putField(value)getField(value)"):
        self.put(value)
        return self.get()

    def getPut(self, request=""):
        return self.get()

    def asyncGet(self, callback=None, error=None, request=""):
        if callback:
            callback(self.get())

    def asyncPut(self, value, callback=None, error=None, request=""):
        self.put(value)
        if callback:
            callback(self._object())

    def parsePut(self, args, request="field(value)", zeroArrayLength=True):
        rec.write(self._name, " ".join(map(str, args)))

    parsePutGet = parsePut

    def subscribe(self, name, subscriber):
        self._monitors[name] = subscriber

    def unsubscribe(self, name):
        self._monitors.pop(name, None)

    def startMonitor(self, request="field(value)"):
        rec.watch(self._name, lambda v: [m(self._object()) for m in list(self._monitors.values())])

    def monitor(self, subscriber, request="field(value)"):
        self.subscribe("default", subscriber)
        self.startMonitor()

    def stopMonitor(self):
        self._monitors.clear()

    def setTimeout(self, t):
        return None

    getTimeout = lambda self: 3.0
    setMonitorMaxQueueLength = setConnectionCallback = setTimeout
    isConnected = lambda self: True
    isMonitorActive = lambda self: bool(self._monitors)

    def qMonitor(self, *a, **kw):
        return None

    def getIntrospectionDict(self):
        return {"value": DOUBLE}


for _kind in ("Boolean", "Byte", "UByte", "Short", "UShort", "Int", "UInt", "Long", "ULong", "Float", "Double", "String", "ScalarArray"):
    setattr(Channel, f"put{_kind}", lambda self, value, request="field(value)": self.put(value))
    setattr(Channel, f"asyncPut{_kind}", lambda self, value, *a: self.put(value))


class MultiChannel:
    """Many channels."""

    def __init__(self, names, provider=PVA):
        self._channels = [Channel(n, provider) for n in names]

    def get(self, request=""):
        return PvObject({}, {"value": [c.get()["value"] for c in self._channels]})

    def getAsDoubleArray(self):
        return [float(c.get()["value"]) for c in self._channels]

    def put(self, values):
        for c, v in zip(self._channels, values):
            c.put(v)

    putAsDoubleArray = put

    def monitor(self, subscriber, *a, **kw):
        subscriber(self.get())

    monitorAsDoubleArray = monitor
    stopMonitor = lambda self: None


class RpcClient:
    """A caller of procedures."""

    def __init__(self, name, *a):
        self._name = rec.name(name)

    def invoke(self, request):
        rec.write(self._name, request._values if isinstance(request, PvObject) else request)
        return PvObject({"value": DOUBLE}, {"value": 0.0})


class PvaServer:
    """Serves records of one's own; no equipment."""

    def __init__(self, *a, **kw):
        self._records = {}

    def addRecord(self, name, obj, *a, **kw):
        self._records[name] = obj

    def update(self, *a):
        return None

    removeRecord = start = stop = update
    hasRecord = lambda self, name: name in self._records
    getRecordNames = lambda self: list(self._records)
    addRecordWithAs = addRecord


class RpcServer:
    registerService = startListener = listen = stop = lambda self, *a: None


class CaIoc:
    """An IOC in the process."""

    loadDatabase = loadRecords = start = registerRecordDeviceDriver = lambda self, *a: None
    putField = lambda self, name, value: rec.write(name, value)
    getField = lambda self, name: rec.read(name)
