"""ophyd_async.epics.core, recording."""

import typing

from ophyd_async.core import Device, DeviceVector, Signal, SignalR, SignalRW, SignalW, SignalX


def _pv(pv):
    return pv.split("://", 1)[1] if pv and "://" in pv else pv


def epics_signal_rw(datatype, read_pv, write_pv=None, name="", **kw):
    return SignalRW(_pv(read_pv), _pv(write_pv or read_pv), datatype, name=name)


def epics_signal_rw_rbv(datatype, write_pv, read_suffix="_RBV", name="", **kw):
    base, dot, field = write_pv.rpartition(".") if "." in write_pv else (write_pv, "", "")
    read = f"{base}{read_suffix}.{field}" if dot else write_pv + read_suffix
    return SignalRW(_pv(read), _pv(write_pv), datatype, name=name)


def epics_signal_r(datatype, read_pv, name="", **kw):
    return SignalR(_pv(read_pv), None, datatype, name=name)


def epics_signal_w(datatype, write_pv, name="", **kw):
    return SignalW(_pv(write_pv), _pv(write_pv), datatype, name=name)


def epics_signal_x(write_pv, name="", **kw):
    return SignalX(_pv(write_pv), _pv(write_pv), None, name=name)


epics_triggerable_command = epics_signal_x


class PvSuffix:
    """The channel of an annotated signal."""

    def __init__(self, read_suffix, write_suffix=None):
        self.read_suffix, self.write_suffix = read_suffix, write_suffix

    @classmethod
    def rbv(cls, write_suffix, rbv_suffix="_RBV"):
        return cls(write_suffix + rbv_suffix, write_suffix)


class EpicsOptions:
    """How a signal is put."""

    def __init__(self, wait=True, **kw):
        self.wait = wait


class EpicsDevice(Device):
    """A device whose signals are annotated."""

    def __init__(self, prefix, with_pvi=False, name=""):
        prefix = _pv(prefix)

        def make(attr, hint, _):
            args = typing.get_args(hint)
            if typing.get_origin(hint) is not typing.Annotated:
                return None
            suffix = next((a for a in args[1:] if isinstance(a, PvSuffix)), None)
            base = typing.get_origin(args[0]) or args[0]
            if suffix is None or not (isinstance(base, type) and issubclass(base, Signal)):
                return None
            datatype = next(iter(typing.get_args(args[0])), None)
            return base(prefix + suffix.read_suffix, prefix + (suffix.write_suffix or suffix.read_suffix), datatype)
        Device._fill(self, prefix, make)
        super().__init__(name=name)
        for attr, hint in __import__("ophyd_async.core", fromlist=["_hints"])._hints(type(self)).items():
            for extra in typing.get_args(hint)[1:]:
                if attr in self.__dict__ and hasattr(extra, "name") and hasattr(self, "add_readables") and callable(extra):
                    extra(self, self.__dict__[attr])


def stop_busy_record(signal, value=False, timeout=10.0):
    return signal.set(value)
