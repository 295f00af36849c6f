"""Callbacks by their modules."""
from bluesky.callbacks.fitting import *  # noqa: F403
