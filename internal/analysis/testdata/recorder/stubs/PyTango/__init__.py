"""The old name of tango."""
import sys

import tango
from tango import *  # noqa: F403

sys.modules["PyTango"] = tango
