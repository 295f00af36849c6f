"""softioc.builder, recording."""

import _recording as rec

_device = None


def SetDeviceName(name):
    global _device
    _device = name


def UnsetDevice():
    global _device
    _device = None


def GetRecordNames():
    return None


def LoadDatabase():
    return None


def ClearRecords():
    return None


def SetBlocking(value):
    return False


class _Record:
    def __init__(self, name, initial_value=None, on_update=None, on_update_name=None, always_update=False, validate=None, **kw):
        self.name = f"{_device}:{name}" if _device else name
        self._value, self._fields = initial_value if initial_value is not None else 0, kw

    def set(self, value, severity=0, alarm=0, timestamp=None, process=True):
        self._value = value
        rec.write(self.name, value)

    def get(self):
        return self._value

    def set_alarm(self, severity, alarm, timestamp=None):
        return None

    def set_field(self, field, value):
        rec.write(f"{self.name}.{field}", value)

    def get_field(self, field):
        return "0"


def _builder(name, *a, **kw):
    return _Record(name, **kw)


aIn = aOut = boolIn = boolOut = longIn = longOut = int64In = int64Out = stringIn = stringOut = longStringIn = longStringOut = Action = _builder


def mbbIn(name, *labels, **kw):
    return _Record(name, **kw)


mbbOut = mbbIn


def Waveform(name, *value, **kw):
    if value:
        kw["initial_value"] = value[0]
    return _Record(name, **kw)


WaveformIn = WaveformOut = Waveform
