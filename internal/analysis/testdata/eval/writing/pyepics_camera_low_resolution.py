# source: slac-epics/ioc-common-gigECam, gigeScripts (camera prefixes on the command line)
# kind: writing
# writes: yes
# channels: runtime
# reads: no
# argv: CAM:LR20:113 CAM:LR20:114
"""Put GigE cameras named on the command line into the fast, low resolution mode."""
import sys
from epics import caput

SETTINGS = [
    ("AsynIO.CNCT", 1),
    ("IMG_OVER2:NDArrayPort", "CAM"),
    ("IMG_OVER2:EnableCallbacks", 1),
    ("SizeX", 968),
    ("SizeY", 728),
    ("BinX", 2),
    ("BinY", 2),
    ("AcquireTime", 0.01),
    ("Acquire", 1),
]

if len(sys.argv) < 2:
    sys.exit("usage: lowres.py CAMERA [CAMERA ...]")

for camera in sys.argv[1:]:
    for suffix, value in SETTINGS:
        caput(camera + ":" + suffix, value)
