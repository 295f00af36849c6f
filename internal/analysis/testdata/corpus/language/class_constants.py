# writes: definite
# written: exact BL:SHUTTER:CMD
import epics
class Beamline:
    PREFIX = "BL"
    SHUTTER = PREFIX + ":SHUTTER:CMD"
    @classmethod
    def open(cls):
        epics.caput(cls.SHUTTER, 1)
    @staticmethod
    def close():
        epics.caput(Beamline.SHUTTER, 0)
Beamline.open()
Beamline.close()
