"""Cameras."""

from .base import ADBase
from .base import ADComponent as C
from .base import EpicsSignal, EpicsSignalRO
from .base import EpicsSignalWithRBV as RBV


class CamBase(ADBase):
    """What every camera has."""

    acquire = C(RBV, "Acquire", kind="omitted")
    acquire_time = C(RBV, "AcquireTime", kind="config")
    acquire_period = C(RBV, "AcquirePeriod", kind="config")
    array_callbacks = C(RBV, "ArrayCallbacks", kind="omitted")
    array_counter = C(RBV, "ArrayCounter", kind="omitted")
    bin_x = C(RBV, "BinX", kind="omitted")
    bin_y = C(RBV, "BinY", kind="omitted")
    color_mode = C(RBV, "ColorMode", kind="omitted")
    data_type = C(RBV, "DataType", kind="omitted")
    detector_state = C(EpicsSignalRO, "DetectorState_RBV", kind="omitted")
    gain = C(RBV, "Gain", kind="omitted")
    image_mode = C(RBV, "ImageMode", kind="config")
    manufacturer = C(EpicsSignalRO, "Manufacturer_RBV", kind="omitted")
    model = C(EpicsSignalRO, "Model_RBV", kind="omitted")
    num_exposures = C(RBV, "NumExposures", kind="omitted")
    num_images = C(RBV, "NumImages", kind="config")
    num_images_counter = C(EpicsSignalRO, "NumImagesCounter_RBV", kind="omitted")
    shutter_control = C(RBV, "ShutterControl", kind="omitted")
    shutter_mode = C(RBV, "ShutterMode", kind="omitted")
    temperature = C(RBV, "Temperature", kind="omitted")
    trigger_mode = C(RBV, "TriggerMode", kind="config")


for _n in ("SimDetector", "AreaDetector", "AdscDetector", "Andor", "Andor3", "Lambda", "Mar345Detector", "MarCCDDetector", "PerkinElmerDetector", "PSL",
           "PilatusDetector", "PixiradDetector", "PointGrey", "Prosilica", "PvCam", "RoperDetector", "URL", "Uniq", "Xspress3Detector", "Eiger", "Aravis", "Vimba", "Dexela", "Merlin"):
    globals()[_n + "Cam"] = type(_n + "Cam", (CamBase,), {})
__all__ = [n for n in globals() if n.endswith("Cam") or n == "CamBase"]
