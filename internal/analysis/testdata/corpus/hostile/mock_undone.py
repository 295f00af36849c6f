# writes: definite
import sys
from unittest.mock import MagicMock
sys.modules["epics"] = MagicMock()
del sys.modules["epics"]
import epics
epics.caput("MU:1", 1)
