# writes: definite
# access: execute epics.devices.xspress3.Xspress3.TimeSeriesCaptureOn exact[UW:x3:] unknown[] definite
# access: execute ophyd.areadetector.plugins.HDF5Plugin.warmup exact[UW:HDF1:] unknown[] definite
# access: execute p4p.rpc.rpccall unknown[] unknown[] definite
# access: write caproto.commandline.put.main unknown[] unknown[] definite
# access: write ophyd.EpicsSignal.put exact[UW:HDF1:Capture] constant[1] definite
# access: write ophyd.utils.epics_pvs.set_and_wait exact[UW:sp] constant[2] definite
import sys
from caproto.commandline.put import main
from epics.devices.xspress3 import Xspress3
from ophyd import EpicsSignal, HDF5Plugin
from ophyd.utils import set_and_wait
from p4p.rpc import rpccall, rpcproxy
sys.argv = ["caproto-put", "UW:a", "3"]
main()
Xspress3("UW:x3:").TimeSeriesCaptureOn()
hdf = HDF5Plugin("UW:HDF1:", name="hdf")
hdf.warmup()
hdf.capture.put(1)
set_and_wait(EpicsSignal("UW:sp", name="sp"), 2)
@rpcproxy
class Optics:
    @rpccall("%sapply")
    def apply(model="s"):
        pass
