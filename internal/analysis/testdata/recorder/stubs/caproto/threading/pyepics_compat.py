"""pyepics' interface on caproto, recording."""

from epics import PV, caget, caget_many, cainfo, camonitor, camonitor_clear, caput, caput_many, get_pv  # noqa: F401
