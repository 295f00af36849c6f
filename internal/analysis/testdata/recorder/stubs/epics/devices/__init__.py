"""epics.devices, recording: some records and the scaler, scan, ADs as Devices."""

from epics.device import Device


def _record(name, *attrs):
    def __init__(self, prefix, attrs=attrs, **kw):
        Device.__init__(self, prefix.removesuffix("."), delim=".", attrs=list(attrs), **kw)
    return type(name, (Device,), {"__init__": __init__})


ai = _record("ai", "VAL", "EGU", "HOPR", "LOPR", "PREC")
ao = _record("ao", "VAL", "OUT", "DRVH", "DRVL", "EGU")
bi, bo = _record("bi", "VAL", "ZNAM", "ONAM"), _record("bo", "VAL", "ZNAM", "ONAM")
Struck = mca = _record("mca", "VAL")


class Scaler(Device):
    """The scaler record."""

    attrs = ("CNT", "CONT", "TP", "T", "VAL")

    def __init__(self, prefix, nchan=8):
        self._nchan, self._chans = nchan, range(1, nchan + 1)
        attrs = [*self.attrs, *(f"{a}{i}" for i in self._chans for a in ("NM", "S"))]
        Device.__init__(self, prefix, delim=".", attrs=attrs)

    _nonpvs = (*Device._nonpvs, "_nchan", "_chans")

    def Count(self, ctime=None, wait=False):
        if ctime is not None:
            self.put("TP", ctime)
        self.put("CNT", 1, wait=wait)

    def CountTime(self, ctime):
        return self.put("TP", ctime)

    def AutoCountMode(self):
        self.put("CONT", 1)

    def OneShotMode(self):
        self.put("CONT", 0)

    def Read(self, use_calc=False):
        return [self.get(f"S{i}") for i in self._chans]


class AD_Camera(Device):
    """An area detector's camera."""

    attrs = ("Acquire", "AcquireTime", "AcquirePeriod", "ArrayCounter", "ImageMode", "NumImages", "TriggerMode", "DetectorState_RBV", "Gain")

    def __init__(self, prefix):
        Device.__init__(self, prefix, delim="", mutable=False, attrs=self.attrs)


class AD_ImagePlugin(Device):
    """An area detector's image."""

    def __init__(self, prefix):
        Device.__init__(self, prefix, delim="", mutable=False, attrs=("ArrayData", "UniqueId_RBV", "ArraySize0_RBV", "ArraySize1_RBV", "EnableCallbacks"))
