"""Detectors: a camera, and what is added."""

from . import cam
from .base import ADBase
from .base import ADComponent as C


class DetectorBase(ADBase):
    """A detector."""

    def dispatch(self, key, timestamp):
        return None

    def generate_datum(self, key, timestamp, datum_kwargs=None):
        return None

    make_data_key = lambda self: {}


class AreaDetector(DetectorBase):
    """Any camera."""

    cam = C(cam.AreaDetectorCam, "cam1:")


for _n in ("SimDetector", "AdscDetector", "Lambda", "PerkinElmerDetector", "PilatusDetector", "PixiradDetector", "PointGreyDetector", "ProsilicaDetector",
           "EigerDetector", "AravisDetector", "VimbaDetector", "Xspress3Detector", "MerlinDetector", "DexelaDetector", "Andor3Detector", "AndorDetector", "PvCamDetector"):
    _c = getattr(cam, _n + "Cam", None) or getattr(cam, _n.removesuffix("Detector") + "Cam", cam.AreaDetectorCam)
    globals()[_n] = type(_n, (DetectorBase,), {"cam": C(_c, "cam1:")})
__all__ = [n for n in globals() if "Detector" in n]
