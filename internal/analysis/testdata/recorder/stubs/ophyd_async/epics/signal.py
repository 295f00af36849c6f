"""The old place of the signals."""
from ophyd_async.epics.core import *  # noqa: F403
from ophyd_async.epics.core import epics_signal_r, epics_signal_rw, epics_signal_rw_rbv, epics_signal_w, epics_signal_x  # noqa: F401
