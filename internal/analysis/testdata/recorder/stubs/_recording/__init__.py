"""What the stubs share: the record, and plausible values to read.

The record is a file that every process of the script appends to, a line an act, so
that what happened before os._exit or a kill is not lost. A channel that was written
reads back as written, and so does its read-back under the usual names; other
channels have a value of their own that never changes, by what their name promises.
"""

import enum
import json
import os
import re
import threading
import zlib

_lock = threading.RLock()
_values = {}
_watchers = {}  # channel -> callables of the value
_notifying = set()
_loaded = 0

READBACK = re.compile(r"([:_.\-]?)(RBV|RB|DRBV|AM|AI|Mon|MON|Readback|READBACK|readback|GET|I|Sts|RVAL|Rb|rb|rbv)$")
SETPOINT = ("", ":SP", "-SP", "_SP", ".VAL", ":SET", ":AC", ":AO", "-SET", "_SET", ":Setpoint", ":SETPOINT", ":SETPT", ":Set", "-Sel", "-Cmd", ":PUT", "Sp", ":sp", "_sp", ":setpoint", ":Sp")


def text(value):
    """A value as the record and the tools spell it."""
    if isinstance(value, bytes):
        return value.decode("latin-1").rstrip("\0")
    if isinstance(value, enum.Enum):
        return str(value.value)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(text(v) for v in value) + "]"
    return str(value)


def _append(*entry):
    path = os.environ.get("INTERLOCK_RECORD")
    if not path:
        return
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(fd, (json.dumps(entry) + "\n").encode())
    finally:
        os.close(fd)


def name(channel):
    """The text of a channel's name; whatever is no text is a fault of the script, as in the libraries."""
    if isinstance(channel, bytes):
        channel = channel.decode()
    if isinstance(channel, str):
        return str(channel)
    raise TypeError(f"the name of a channel must be text, not {type(channel).__name__}")


def write(channel, value=""):
    """Record a write, and let later reads see it."""
    channel = name(channel)
    with _lock:
        _append("w", channel, text(value))
        _values[channel] = value
        notify(channel, value)
        for other in list(_watchers):
            if other != channel and _follows(other, channel):
                notify(other, number(value))


def _follows(other, channel):
    if other in (channel + ".VAL", channel.removesuffix(".VAL")):
        return True
    m = READBACK.search(other)
    return bool(m) and other not in _values and any(other[: m.start()] + s == channel for s in SETPOINT)


def read(channel):
    """Record a read; the value."""
    channel = name(channel)
    with _lock:
        _append("r", channel)
        return peek(channel)


def notify(channel, value):
    """Call who watches; never from within itself, as a callback may write its own channel."""
    if channel in _notifying:
        return
    _notifying.add(channel)
    try:
        for call in list(_watchers.get(channel, ())):
            call(value)
    finally:
        _notifying.discard(channel)


def watch(channel, call, first=True):
    """Watch a channel: call(value) at once (a monitor's first event) and at each write."""
    channel = name(channel)
    with _lock:
        value = read(channel)
        _watchers.setdefault(channel, []).append(call)
    if first:
        call(value)
    return lambda: _watchers[channel].remove(call) if call in _watchers.get(channel, ()) else None


def peek(channel):
    """The value of a channel, unrecorded."""
    _load()
    if channel in _values:
        return _values[channel]
    for other in (channel + ".VAL", channel.removesuffix(".VAL")):
        if other in _values:
            return _values[other]
    if m := READBACK.search(channel):
        stem = channel[: m.start()]
        for s in SETPOINT:
            if stem + s in _values:
                return number(_values[stem + s])
    return _invent(channel)


def number(value):
    """value as a number, where it is one: an IOC stores numbers, whatever was sent."""
    if isinstance(value, (str, bytes)):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _load():
    """Take over what other processes of the script wrote."""
    global _loaded
    path = os.environ.get("INTERLOCK_RECORD")
    try:
        if not path or os.path.getsize(path) == _loaded:
            return
        with open(path) as f:
            f.seek(_loaded)
            lines = f.read()
        _loaded += len(lines.encode())
    except OSError:
        return
    for line in lines.splitlines():
        entry = json.loads(line)
        if entry[0] == "w" and entry[1] not in _values:
            _values[entry[1]] = number(entry[2])


FIELDS = {"DMOV": 1, "MOVN": 0, "STAT": 0, "SEVR": 0, "HLS": 0, "LLS": 0, "DESC": "a description", "EGU": "mm", "PREC": 3, "RTYP": "ai",
          "HLM": 1000.0, "DRVH": 1000.0, "HOPR": 1000.0, "HIGH": 900.0, "HIHI": 950.0, "LLM": -1000.0, "DRVL": -1000.0, "LOPR": -1000.0,
          "LOW": -900.0, "LOLO": -950.0, "SPMG": 3, "SET": 0, "STOP": 0, "VELO": 1.0, "ACCL": 0.2, "MSTA": 2, "CNT": 0, "NELM": 64}
WAVE = re.compile(r"wave|waveform|arraydata|image|profile|trace|spectrum|spectra|histogram|:wf\b|_wf\b|bpm.*(xs|ys|array)|buffer", re.I)
IDLE = re.compile(r"busy|acquire|moving|inmotion|running|fault|alarm|trip|error|scanning", re.I)
READY = re.compile(r"done|ready|permit|enabled|connected|inpos|stable|locked|shutter.*(open|status)|valid|_ok\b|:ok\b", re.I)


def _invent(channel):
    field = channel.rpartition(".")[2]
    if field in FIELDS:
        return FIELDS[field]
    if WAVE.search(channel):
        return [float(i % 16) for i in range(64)]
    if IDLE.search(channel):
        return 0
    if READY.search(channel):
        return 1
    return 1.0 + zlib.crc32(channel.encode()) % 1000 / 1000


def array(value):
    """Waveforms as numpy arrays, where numpy is installed."""
    if isinstance(value, (list, tuple)) and not (value and isinstance(value[0], str)):
        try:
            import numpy
        except ImportError:
            return value
        return numpy.asarray(value)
    return value
