"""EpicsScaler, recording."""

from .device import Component as Cpt
from .device import Device
from .device import DynamicDeviceComponent as DDCpt
from .signal import EpicsSignal, EpicsSignalRO


def _fields(cls, attr, suffix, **kw):
    return {f"{attr}{i}": (cls, f"{suffix}{i}", kw) for i in range(1, 33)}


class EpicsScaler(Device):
    """The scaler record."""

    count = Cpt(EpicsSignal, ".CNT", trigger_value=1, kind="omitted")
    count_mode = Cpt(EpicsSignal, ".CONT", string=True, kind="config")
    delay = Cpt(EpicsSignal, ".DLY", kind="config")
    auto_count_delay = Cpt(EpicsSignal, ".DLY1", kind="config")
    channels = DDCpt(_fields(EpicsSignalRO, "chan", ".S", kind="hinted"))
    names = DDCpt(_fields(EpicsSignal, "name", ".NM", kind="config"), kind="config")
    time = Cpt(EpicsSignal, ".T", kind="config")
    freq = Cpt(EpicsSignal, ".FREQ", kind="config")
    preset_time = Cpt(EpicsSignal, ".TP", kind="config")
    auto_count_time = Cpt(EpicsSignal, ".TP1", kind="config")
    presets = DDCpt(_fields(EpicsSignal, "preset", ".PR", kind="omitted"), kind="omitted")
    gates = DDCpt(_fields(EpicsSignal, "gate", ".G", kind="omitted"), kind="omitted")
    update_rate = Cpt(EpicsSignal, ".RATE", kind="omitted")
    egu = Cpt(EpicsSignal, ".EGU", kind="config")

    def __init__(self, *args, **kw):
        super().__init__(*args, **kw)
        self.stage_sigs.update([("count_mode", 0)])


class ScalerCH(Device):
    """A scaler read by channel names."""

    count = Cpt(EpicsSignal, ".CNT", trigger_value=1, kind="omitted")
    count_mode = Cpt(EpicsSignal, ".CONT", string=True, kind="config")
    preset_time = Cpt(EpicsSignal, ".TP", kind="config")
