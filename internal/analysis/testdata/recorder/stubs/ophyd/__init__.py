"""ophyd, recording."""

from . import areadetector, device, epics_motor, ophydobj, positioner, pseudopos, pv_positioner, scaler, signal, status, utils  # noqa: F401
from .areadetector import *  # noqa: F403
from .device import (ALL_COMPONENTS, Component, Device, DynamicDeviceComponent, FormattedComponent, do_not_wait_for_lazy_connection, kind_context,  # noqa: F401
                     wait_for_lazy_connection)
from .epics_motor import EpicsMotor, MotorBundle  # noqa: F401
from .ophydobj import Kind, register_instances_in_weakset, register_instances_keyed_on_name, select_version  # noqa: F401
from .positioner import PositionerBase, SoftPositioner  # noqa: F401
from .pseudopos import PseudoPositioner, PseudoSingle  # noqa: F401
from .pv_positioner import PVPositioner, PVPositionerDone, PVPositionerIsClose, PVPositionerPC  # noqa: F401
from .scaler import EpicsScaler  # noqa: F401
from .signal import DerivedSignal, EpicsSignal, EpicsSignalNoValidation, EpicsSignalRO, Signal, SignalRO  # noqa: F401
from .status import DeviceStatus, Status, StatusBase, wait  # noqa: F401

__version__ = "1.11.2"


class _Layer:
    """The control layer: get_cl().caput and caget."""

    name = "pyepics"

    @staticmethod
    def caput(pvname, value, **kw):
        import epics
        return epics.caput(pvname, value)

    @staticmethod
    def caget(pvname, **kw):
        import epics
        return epics.caget(pvname)

    @staticmethod
    def get_pv(pvname, **kw):
        import epics
        return epics.PV(pvname)


cl = _Layer()


def set_cl(control_layer=None, *, pv_telemetry=False):
    return None


def get_cl():
    return cl


def setup_ophyd(*a, **kw):
    return None
