"""Area detectors, as far as scripts use them: recording."""

from ..device import Component as ADComponent  # noqa: F401
from ..signal import EpicsSignalWithRBV  # noqa: F401
from . import base, cam, detectors, filestore_mixins, plugins, trigger_mixins  # noqa: F401
from .cam import *  # noqa: F403
from .detectors import *  # noqa: F403
from .plugins import *  # noqa: F403
from .trigger_mixins import MultiTrigger, SingleTrigger  # noqa: F401
