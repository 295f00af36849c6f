"""p4p.client.cothread, recording."""
from .thread import *  # noqa: F403
from .thread import Context, Disconnected, RemoteError, Subscription  # noqa: F401
