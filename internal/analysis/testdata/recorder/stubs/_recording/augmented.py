"""Values with fields (name, timestamp, ok ...), as aioca, cothread and p4p return them."""

import time

import _recording as rec


class Float(float):
    """A number with fields."""


class Int(int):
    """A whole number with fields."""


class Text(str):
    """A text with fields."""


class List(list):
    """A waveform with fields, where numpy is missing."""


def array(value):
    """A numpy array that takes fields."""
    try:
        import numpy
    except ImportError:
        return List(value)

    class Array(numpy.ndarray):
        """A waveform with fields."""

    return numpy.asarray(value).view(Array)


def augment(channel, value, **fields):
    """value with the fields of a channel's update."""
    value = rec.number(value) if not isinstance(value, bytes) else value.decode()
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist") and getattr(value, "ndim", 0):
        out = array(value)
    elif isinstance(value, bool):
        out = Int(value)
    else:
        out = next((t(value) for base, t in ((int, Int), (float, Float), (str, Text)) if isinstance(value, base)), None)
        if out is None:
            out = Float(value) if hasattr(value, "__float__") else Text(rec.text(value))
    now = time.time()
    base = dict(name=channel, ok=True, datatype=6, element_count=1, timestamp=now, raw_stamp=(int(now), 0), severity=0, status=0, update_count=1,
                units="mm", precision=3, upper_disp_limit=1000.0, lower_disp_limit=-1000.0, upper_ctrl_limit=1000.0, lower_ctrl_limit=-1000.0, enums=["Off", "On"])
    for key, v in (base | fields).items():
        setattr(out, key, v)
    return out
