"""Simulated devices: nothing leaves the process."""

import math
import random
import time
import types

from .device import Component as Cpt
from .device import Device, DynamicDeviceComponent
from .ophydobj import Kind
from .signal import EpicsSignal, EpicsSignalBase, EpicsSignalRO, EpicsSignalWithRBV, Signal
from .status import StatusBase, finished


class NullStatus(StatusBase):
    def __init__(self, **kw):
        super().__init__(**kw)
        self._finish()


class SynSignal(Signal):
    """A computed signal."""

    def __init__(self, func=None, name=None, exposure_time=0, precision=3, parent=None, labels=None, kind=None, **kw):
        self._func = func or (lambda: None)
        super().__init__(value=self._func(), name=name, parent=parent, labels=labels, kind=kind, **kw)

    def trigger(self):
        self.put(self._func())
        return finished(obj=self)


class SynSignalRO(SynSignal):
    """Read only."""


class SynPeriodicSignal(SynSignal):
    """Renewed now and then."""

    def __init__(self, func=None, name=None, period=1, period_jitter=1, **kw):
        super().__init__(func or random.random, name=name, **kw)

    def start_simulation(self):
        return None


class EnumSignal(Signal):
    def __init__(self, *a, value=0, enum_strings=(), **kw):
        super().__init__(*a, value=value, **kw)


class SynAxis(Device):
    """An axis."""

    readback = Cpt(Signal, value=0.0, kind="hinted")
    setpoint = Cpt(Signal, value=0.0)
    velocity = Cpt(Signal, value=1, kind="config")
    acceleration = Cpt(Signal, value=1, kind="config")
    unused = Cpt(Signal, value=1, kind="omitted")
    SUB_READBACK, _default_sub = "readback", "readback"

    def __init__(self, *, name, readback_func=None, value=0, delay=0, precision=3, parent=None, labels=None, kind=None, **kw):
        super().__init__("", name=name, parent=parent, labels=labels, kind=kind, **kw)
        self._readback_func = readback_func or (lambda x: x)
        self.readback.name, self.delay, self.precision = self.name, delay, precision
        self.set(value)

    def set(self, value, **kw):
        self.setpoint.put(value)
        self.readback.put(self._readback_func(value))
        self._run_subs(sub_type="readback", value=value)
        return finished(obj=self)

    move = lambda self, value, **kw: self.set(value)
    position = property(lambda self: self.readback.get())
    egu = property(lambda self: "mm")
    hints = property(lambda self: {"fields": [self.name]})


class SynGauss(Device):
    """A detector that sees a peak."""

    val = Cpt(Signal, value=0.0, kind="hinted")
    Imax = Cpt(Signal, value=10, kind="config")
    center = Cpt(Signal, value=0, kind="config")
    sigma = Cpt(Signal, value=1, kind="config")
    noise = Cpt(Signal, value="none", kind="config")

    def __init__(self, name, motor=None, motor_field=None, center=0, Imax=1, *, sigma=1, noise=None, noise_multiplier=1, random_state=None, **kw):
        super().__init__("", name=name, **kw)
        self._motor, self._field = motor, motor_field
        self.center.put(center)
        self.Imax.put(Imax)
        self.sigma.put(sigma)
        self.val.name = self.name

    def trigger(self):
        x = self._motor.read()[self._field]["value"] if self._motor else 0.0
        self.val.put(self.Imax.get() * math.exp(-((x - self.center.get()) ** 2) / (2 * self.sigma.get() ** 2)))
        return finished(obj=self)

    def get(self):
        return self.val.get()


Syn2DGauss = SynGauss


def hw(save_path=None):
    m, m1, m2, m3 = (SynAxis(name=n, labels={"motors"}) for n in ("motor", "motor1", "motor2", "motor3"))
    ns = dict(motor=m, motor1=m1, motor2=m2, motor3=m3, jittery_motor1=SynAxis(name="jittery_motor1"), jittery_motor2=SynAxis(name="jittery_motor2"))
    ns |= dict(det=SynGauss("det", m, "motor"), det1=SynGauss("det1", m1, "motor1", sigma=5), det2=SynGauss("det2", m2, "motor2", sigma=2),
               det3=SynGauss("det3", m3, "motor3"), noisy_det=SynGauss("noisy_det", m, "motor"), det4=SynGauss("det4", m1, "motor1"),
               det_with_count_time=SynGauss("det_with_count_time"), signal=SynSignal(name="signal"), bool_sig=Signal(name="bool_sig", value=False),
               rand=SynPeriodicSignal(name="rand"), rand2=SynPeriodicSignal(name="rand2"), sim_motor=m, img=SynSignal(lambda: [[0.0] * 4] * 4, name="img"))
    return types.SimpleNamespace(**ns)


globals().update(vars(hw()))


class FakeEpicsSignal(SynSignal):
    """A channel that is none."""

    def __init__(self, read_pv, write_pv=None, *, put_complete=False, string=False, limits=False, auto_monitor=None, name=None, timeout=None, write_timeout=None, connection_timeout=None, **kw):
        self.pvname = self.setpoint_pvname = read_pv
        self._lim = (0, 0)
        super().__init__(name=name, **kw)
        self._readback = 0.0

    def sim_put(self, *a, **kw):
        return Signal.put(self, *a, **kw)

    def sim_set_putter(self, putter):
        self._putter = putter

    def sim_set_limits(self, limits):
        self._lim = limits

    def sim_set_func(self, func):
        self._func = func

    def get(self, *, as_string=None, **kw):
        return self._readback

    setpoint = Signal.value
    limits = property(lambda self: self._lim)
    get_setpoint = get
    enum_strs = property(lambda self: ("Off", "On"))


class FakeEpicsSignalRO(FakeEpicsSignal):
    def put(self, *a, **kw):
        from .signal import ReadOnlyError
        raise ReadOnlyError(self.name)

    set = put


class FakeEpicsSignalWithRBV(FakeEpicsSignal):
    pass


fake_device_cache = {EpicsSignal: FakeEpicsSignal, EpicsSignalRO: FakeEpicsSignalRO, EpicsSignalWithRBV: FakeEpicsSignalWithRBV}


def make_fake_device(cls):
    """A class like cls with fake signals."""
    if cls in fake_device_cache:
        return fake_device_cache[cls]
    if not (isinstance(cls, type) and issubclass(cls, Device)):
        if isinstance(cls, type) and issubclass(cls, EpicsSignalBase):
            return FakeEpicsSignal if issubclass(cls, EpicsSignal) else FakeEpicsSignalRO
        return cls
    import copy
    parts = {}
    for name, part in cls._sig_attrs.items():
        part = copy.copy(part)
        part.cls = make_fake_device(part.cls)
        parts[name] = part
    fake_device_cache[cls] = type("Fake" + cls.__name__, (cls,), parts)
    return fake_device_cache[cls]


def instantiate_fake_device(dev_cls, *, name=None, prefix="_prefix", **kw):
    return make_fake_device(dev_cls)(prefix, name=name or dev_cls.__name__, **kw)


def clear_fake_device(dev, **kw):
    return None


def new_uid():
    return "00000000-0000"


def short_uid(label=None, truncate=6):
    return f"{label or ''}000000"
