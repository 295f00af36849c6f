# source: epics-base/p4p example/monitor_meta.py
# kind: reading
# writes: no
# channels: -
# reads: yes
import logging
import time
from p4p.client.thread import Context

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("monitor")


def show(value):
    if isinstance(value, Exception):
        log.warning("disconnected: %s", value)
    else:
        log.info("update %s", value)


with Context("pva") as ctxt:
    subs = [ctxt.monitor(name, show, notify_disconnect=True) for name in ("LN:BPM1:X", "LN:BPM1:Y")]
    try:
        time.sleep(1)
    finally:
        for s in subs:
            s.close()
