# source: APS 2-BM tomography scripts (global_PVs dictionary of PV objects, init and set functions)
# kind: writing
# writes: yes
# channels: 2bmbSP1:HDF1:AutoSave 2bmbSP1:HDF1:FileName 2bmbSP1:HDF1:NumCapture 2bmbSP1:cam1:Acquire 2bmbSP1:cam1:AcquireTime 2bmbSP1:cam1:ImageMode 2bmbSP1:cam1:NumImages
# reads: yes
import time
from epics import PV

params = {"ioc": "2bmbSP1:", "exposure": 0.05, "projections": 900, "sample": "foam_07"}


def init_detector(pvs, prefix):
    cam, hdf = prefix + "cam1:", prefix + "HDF1:"
    pvs["Acquire"] = PV(cam + "Acquire")
    pvs["AcquireTime"] = PV(cam + "AcquireTime")
    pvs["ImageMode"] = PV(cam + "ImageMode")
    pvs["NumImages"] = PV(cam + "NumImages")
    pvs["State"] = PV(cam + "DetectorState_RBV")
    pvs["HDFName"] = PV(hdf + "FileName")
    pvs["HDFCapture"] = PV(hdf + "NumCapture")
    pvs["HDFAutoSave"] = PV(hdf + "AutoSave")


def configure(pvs, p):
    pvs["ImageMode"].put("Multiple", wait=True)
    pvs["AcquireTime"].put(p["exposure"])
    pvs["NumImages"].put(p["projections"], wait=True)
    pvs["HDFName"].put(p["sample"])
    pvs["HDFCapture"].put(p["projections"])
    pvs["HDFAutoSave"].put("Yes")


def acquire(pvs):
    pvs["Acquire"].put(1)
    time.sleep(0.1)
    print("state:", pvs["State"].get(as_string=True))


if __name__ == "__main__":
    pvs = {}
    init_detector(pvs, params["ioc"])
    configure(pvs, params)
    acquire(pvs)
