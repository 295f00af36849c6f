"""Python imports this at start: in every interpreter that a recorded script starts."""

import os

if os.environ.get("INTERLOCK_RECORD"):
    import _recording.clock
    import _recording.host

    _recording.clock.install()
    _recording.host.install()
