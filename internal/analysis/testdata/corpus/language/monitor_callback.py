# writes: possible
# written: exact MC:OUT
import epics, time
def on_change(pvname=None, value=None, **kw):
    if value > 3:
        epics.caput("MC:OUT", 0)
pv = epics.PV("MC:IN")
pv.add_callback(on_change)
time.sleep(1)
