"""epics.Alarm, recording."""

import operator

from . import pv


class Alarm:
    """Calls back when a PV's value compares as asked with the trip point."""

    ops = {"eq": operator.eq, "==": operator.eq, "ne": operator.ne, "!=": operator.ne, "le": operator.le, "<=": operator.le, "lt": operator.lt,
           "<": operator.lt, "ge": operator.ge, ">=": operator.ge, "gt": operator.gt, ">": operator.gt}

    def __init__(self, pvname=None, comparison=None, trip_point=None, callback=None, alert_delay=10, **kw):
        self.pv = pvname if isinstance(pvname, pv.PV) else pv.get_pv(pvname)
        self.cmp = comparison if callable(comparison) else self.ops.get(str(comparison).replace("_", ""), operator.eq)
        self.trip_point, self.user_callback, self.alert_delay = trip_point, callback, alert_delay
        self.alarm_state = False
        self.pv.get()
        self.cb_index = self.pv.add_callback(self.check_alarm, **kw)

    def check_alarm(self, pvname=None, value=None, char_value=None, **kw):
        was, self.alarm_state = self.alarm_state, bool(self.cmp(value, self.trip_point))
        if self.alarm_state and not was and callable(self.user_callback):
            self.user_callback(pvname=pvname, value=value, char_value=char_value, trip_point=self.trip_point, comparison=self.cmp.__name__, **kw)
