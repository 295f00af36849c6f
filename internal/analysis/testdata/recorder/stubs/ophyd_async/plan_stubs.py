"""Plan stubs of ophyd-async."""


def ensure_connected(*devices, mock=False, timeout=10.0, force_reconnect=False):
    from bluesky import plan_stubs as bps

    yield from bps.wait_for([lambda d=d: d.connect(mock=mock) for d in devices])
