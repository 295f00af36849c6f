"""The low-level module of pyepics, recording. A chid is a number."""

import sys
import threading
import time

import _recording as rec

DEFAULT_CONNECTION_TIMEOUT = 10.0
PREEMPTIVE_CALLBACK = True
AUTO_CLEANUP = True
DBE_VALUE, DBE_LOG, DBE_ALARM, DBE_PROPERTY = 1, 2, 4, 8
_channels = {}


class ChannelAccessException(Exception):
    """What libca refuses."""


class CAThread(threading.Thread):
    """A thread that uses the initial context."""


def write(msg, newline=True, flush=True):
    sys.stdout.write(str(msg) + ("\n" if newline else ""))


def initialize_libca():
    return None


finalize_libca = use_initial_context = detach_context = destroy_context = show_cache = clear_cache = initialize_libca


def create_context(ctx=None):
    return 1


context_create = create_context
attach_context = context_destroy = lambda *a: 1
current_context = lambda: 1
flush_io = message = lambda *a: 1


def poll(evt=1e-5, iot=1.0):
    return 1


def pend_io(timeout=1.0):
    return 1


def pend_event(timeout=1e-5):
    return 80


def create_channel(pvname, connect=False, auto_cb=True, callback=None):
    chid = len(_channels) + 1
    _channels[chid] = rec.name(pvname)
    if callback:
        callback(pvname=_channels[chid], chid=chid, conn=True)
    return chid


def _of(chid):
    if chid not in _channels:
        raise ChannelAccessException("invalid chid")
    return _channels[chid]


def connect_channel(chid, timeout=None, verbose=False):
    _of(chid)
    return True


def put(chid, value, wait=False, timeout=30, callback=None, callback_data=None):
    rec.write(_of(chid), value)
    if callback:
        callback(pvname=_of(chid), data=callback_data)
    return 1


def get(chid, ftype=None, count=None, wait=True, timeout=None, as_string=False, as_numpy=True):
    value = rec.read(_of(chid))
    return rec.text(value) if as_string else rec.array(value)


def get_with_metadata(chid, ftype=None, count=None, wait=True, timeout=None, as_string=False, as_numpy=True):
    return {"value": get(chid, as_string=as_string), "timestamp": time.time(), "status": 0, "severity": 0}


def get_complete(chid, ftype=None, count=None, timeout=None, as_string=False, as_numpy=True):
    return get(chid, as_string=as_string)


def create_subscription(chid, use_time=False, use_ctrl=False, ftype=None, mask=None, callback=None):
    name = _of(chid)
    rec.watch(name, lambda value: callback and callback(pvname=name, chid=chid, value=value, timestamp=time.time()))
    return None, None, None


clear_subscription = clear_channel = lambda chid: 1
name = lambda chid: _of(chid)
state = lambda chid: 2
isConnected = read_access = write_access = lambda chid: True
element_count = lambda chid: 1
field_type = lambda chid: 6
host_name = lambda chid: "ioc:5064"
access = lambda chid: "read/write"
get_ctrlvars = get_timevars = lambda chid, timeout=5.0, warn=True: {"precision": 3, "units": "mm", "severity": 0}
get_precision = lambda chid: 3
get_severity = lambda chid: 0
get_timestamp = lambda chid: time.time()
get_enum_strings = lambda chid: ("Off", "On")
promote_type = lambda chid, use_time=False, use_ctrl=False: 20


class _SyncGroup:
    names = {}


def sg_create():
    return 1


sg_delete = sg_reset = sg_test = lambda gid: 1
sg_block = lambda gid, timeout=10.0: 1
sg_put = lambda gid, chid, value: put(chid, value)
sg_get = lambda gid, chid, ftype=None, as_numpy=True, as_string=True: get(chid)


def withCA(fcn):
    return fcn


withCHID = withConnectedCHID = withCA
