"""softioc, recording: records of one's own; setting one is seen by its clients."""

__version__ = "4.7.2"
from . import alarm, asyncio_dispatcher, builder, softioc  # noqa: E402, F401
