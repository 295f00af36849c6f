"""bluesky, recording: plans are executed."""

from .run_engine import RunEngine
from .utils import FailedStatus, IllegalMessageSequence, Msg, RunEngineInterrupted
from . import plan_stubs, plans, preprocessors, utils

__version__ = "1.15.1"
