"""ophyd-async, recording."""
__version__ = "0.13.0"
