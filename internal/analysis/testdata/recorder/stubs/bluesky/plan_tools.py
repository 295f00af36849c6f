from bluesky.simulators import *  # noqa: F403
