# writes: definite
# access: write ophyd.areadetector.cam.CamBase.stage_sigs exact[AD:cam1:NumImages] constant[3] possible
# access: write ophyd.EpicsSignal.put exact[AD:cam1:AcquireTime] constant[0.1] definite
# access: write ophyd.EpicsSignal.set exact[AE:cam1:Acquire] constant[1] definite
from ophyd import ADComponent, SimDetector
from ophyd.areadetector.cam import PilatusDetectorCam
class Det(SimDetector):
    cam = ADComponent(PilatusDetectorCam, "cam1:")
det = Det("AD:", name="det")
det.cam.stage_sigs["num_images"] = 3
det.cam.acquire_time.put(0.1)
SimDetector("AE:", name="sim").cam.acquire.set(1)
