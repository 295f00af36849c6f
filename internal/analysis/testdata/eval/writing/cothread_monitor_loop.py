# source: cothread training material of Diamond Light Source (camonitor and Spawn)
# kind: writing
# writes: yes
# channels: LB-PS-DIPOLE-01:SETI
# reads: yes
import cothread
from cothread.catools import camonitor, caput

ready = cothread.Event()


def on_energy(value):
    caput("LB-PS-DIPOLE-01:SETI", 0.42 * float(value))
    ready.Signal()


monitor = camonitor("LB-BEAM:ENERGY", on_energy)


def patience():
    ready.Wait(timeout=1)
    monitor.close()


cothread.Spawn(patience).Wait()
