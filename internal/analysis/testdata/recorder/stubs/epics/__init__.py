"""pyepics, recording."""

import sys
import time

from . import ca
from .pv import PV, fmt_time, get_pv
from . import pv
from .alarm import Alarm
from .device import Device
from .motor import Motor
from . import alarm, autosave, devices, device, motor, multiproc
from .multiproc import CAPool, CAProcess
from .ca import CAThread
import _recording as _rec

__version__ = "3.5.10"
NO_ALARM, MINOR_ALARM, MAJOR_ALARM, INVALID_ALARM = range(4)
_monitors = {}
PYEPICS_DOC = ""
HELP_MSG = ""


def caput(pvname, value, wait=False, timeout=60.0, connection_timeout=5.0):
    return get_pv(pvname).put(value, wait=wait, timeout=timeout)


def caget(pvname, as_string=False, count=None, as_numpy=True, use_monitor=True, timeout=5.0, connection_timeout=5.0):
    return get_pv(pvname).get(count=count, as_string=as_string, as_numpy=as_numpy)


def cainfo(pvname, print_out=True, timeout=5.0, connection_timeout=5.0):
    info = get_pv(pvname).info
    if not print_out:
        return info
    ca.write(info)
    return None


def camonitor(pvname, writer=None, callback=None, connection_timeout=5.0, monitor_delta=None):
    if writer is None:
        writer = ca.write
    if callback is None:
        def callback(pvname=None, value=None, char_value=None, **kw):
            writer(f"{pvname:.32s} {fmt_time()} {char_value}")
    thispv = get_pv(pvname)
    thispv.get()
    thispv.add_callback(callback, index=-999, run_now=True)
    _monitors[pvname] = thispv


def camonitor_clear(pvname):
    if pvname in _monitors:
        _monitors.pop(pvname).remove_callback(index=-999)


def caget_many(pvlist, as_string=False, as_numpy=True, count=None, timeout=1.0, connection_timeout=5.0, conn_timeout=None):
    return [get_pv(p).get(count=count, as_string=as_string, as_numpy=as_numpy) for p in pvlist]


def caput_many(pvlist, values, wait=False, connection_timeout=None, put_timeout=60):
    if len(pvlist) != len(values):
        raise ValueError("List of PV names must be equal to list of values.")
    out = []
    for name, value in zip(pvlist, values):
        out.append(PV(name).put(value, wait=(wait == "each"), timeout=put_timeout))
    return out


def get_pv_list():
    return []
