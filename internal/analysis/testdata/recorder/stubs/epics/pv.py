"""epics.PV, recording."""

import time

import _recording as rec

_cache = {}


def fmt_time(tstamp=None):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(tstamp))


def get_pv(pvname, form="time", connect=False, context=None, timeout=5.0, connection_callback=None, access_callback=None, callback=None, verbose=False, count=None, auto_monitor=None, **kw):
    if pvname not in _cache:
        _cache[pvname] = PV(pvname)
    if callback is not None:
        _cache[pvname].add_callback(callback)
    return _cache[pvname]


class PV:
    """A process variable."""

    def __init__(self, pvname, callback=None, form="time", verbose=False, auto_monitor=None, count=None, connection_callback=None,
                 connection_timeout=None, access_callback=None, monitor_delta=None):
        self.pvname = rec.name(pvname).strip()
        self.form, self.verbose, self.auto_monitor = form.lower(), verbose, auto_monitor
        self.connected, self.ftype, self.context, self.chid = True, 20, 0, 1
        self.connection_timeout, self.monitor_delta = connection_timeout, monitor_delta
        self.callbacks, self.connection_callbacks, self.access_callbacks = {}, [], []
        self.put_complete = True
        self._stop = None
        if callback is not None:
            for c in callback if isinstance(callback, (list, tuple)) else [callback]:
                self.add_callback(c)
        for c in [connection_callback] if callable(connection_callback) else connection_callback or []:
            self.connection_callbacks.append(c)
            c(pvname=self.pvname, conn=True, pv=self)
        if access_callback is not None:
            self.access_callbacks.append(access_callback)

    def wait_for_connection(self, timeout=None):
        return True

    def connect(self, timeout=None):
        return True

    def reconnect(self):
        return True

    def disconnect(self, deepdisconnect=True):
        self.clear_callbacks()

    def poll(self, evt=1e-4, iot=1.0):
        return None

    def force_connect(self, **kw):
        return None

    def get(self, count=None, as_string=False, as_numpy=True, timeout=None, with_ctrlvars=False, use_monitor=True):
        value = rec.read(self.pvname)
        if as_string:
            return rec.text(value)
        if isinstance(value, (list, tuple)):
            value = value[:count] if count else value
            return rec.array(value) if as_numpy else list(value)
        return value

    def get_with_metadata(self, count=None, as_string=False, as_numpy=True, timeout=None, with_ctrlvars=False, form=None, use_monitor=True, as_namespace=False):
        md = {"value": self.get(count, as_string, as_numpy), "timestamp": time.time(), "severity": 0, "status": 0, "posixseconds": int(time.time()), "nanoseconds": 0}
        if as_namespace:
            import types
            return types.SimpleNamespace(**md)
        return md

    def put(self, value, wait=False, timeout=None, use_complete=False, callback=None, callback_data=None):
        rec.write(self.pvname, value)
        if callback is not None:
            callback(pvname=self.pvname, **(callback_data if isinstance(callback_data, dict) else {"data": callback_data}))
        return 1

    def add_callback(self, callback=None, index=None, run_now=False, with_ctrlvars=True, **kw):
        if not callable(callback):
            return None
        if index is None:
            index = 1 + max([0, *(i for i in self.callbacks if isinstance(i, int))])
        self.callbacks[index] = (callback, kw)
        if self._stop is None:
            self._stop = rec.watch(self.pvname, lambda value: self.run_callbacks(), first=False)
        self.run_callback(index)
        return index

    def run_callbacks(self):
        for index in list(self.callbacks):
            self.run_callback(index)

    def run_callback(self, index):
        if index not in self.callbacks:
            return
        callback, kw = self.callbacks[index]
        value = rec.array(rec.peek(self.pvname))
        args = dict(pvname=self.pvname, value=value, char_value=rec.text(value), count=1, ftype=20, type="time_double", status=0, severity=0,
                    precision=3, units="mm", timestamp=time.time(), posixseconds=int(time.time()), nanoseconds=0, host="ioc:5064", access="read/write",
                    read_access=True, write_access=True, upper_disp_limit=1000.0, lower_disp_limit=-1000.0, enum_strs=None, nelm=1, chid=1)
        args.update(kw)
        args["cb_info"] = (index, self)
        callback(**args)

    def remove_callback(self, index=None):
        if index is None and len(self.callbacks) == 1:
            index = next(iter(self.callbacks))
        self.callbacks.pop(index, None)

    def clear_callbacks(self, with_access_callback=False, with_connect_callback=False):
        self.callbacks.clear()

    clear_auto_monitor = lambda self: None

    def get_ctrlvars(self, timeout=5, warn=True):
        rec.read(self.pvname)
        return {"precision": 3, "units": "mm", "status": 0, "severity": 0, "upper_disp_limit": 1000.0, "lower_disp_limit": -1000.0,
                "upper_ctrl_limit": 1000.0, "lower_ctrl_limit": -1000.0, "upper_alarm_limit": 0.0, "lower_alarm_limit": 0.0}

    get_timevars = lambda self, timeout=5, warn=True: {"status": 0, "severity": 0, "timestamp": time.time()}

    @property
    def value(self):
        return self.get()

    @value.setter
    def value(self, v):
        self.put(v)

    @property
    def char_value(self):
        return self.get(as_string=True)

    def __repr__(self):
        return f"<PV '{self.pvname}', count=1, type=time_double, access=read/write>"

    def __eq__(self, other):
        return isinstance(other, PV) and self.pvname == other.pvname

    def __hash__(self):
        return hash(self.pvname)


FIXED = dict(status=0, severity=0, count=1, nelm=1, type="time_double", typefull="time_double", host="ioc:5064", access="read/write", read_access=True,
             write_access=True, precision=3, units="mm", enum_strs=("Off", "On"), upper_disp_limit=1000.0, lower_disp_limit=-1000.0,
             upper_alarm_limit=0.0, lower_alarm_limit=0.0, upper_warning_limit=0.0, lower_warning_limit=0.0, upper_ctrl_limit=1000.0, lower_ctrl_limit=-1000.0)
for _name, _value in FIXED.items():
    setattr(PV, _name, property(lambda self, v=_value: v))
PV.timestamp = property(lambda self: time.time())
PV.info = property(lambda self: f"== {self.pvname}  (time_double) ==\n   value      = {self.get()}")
