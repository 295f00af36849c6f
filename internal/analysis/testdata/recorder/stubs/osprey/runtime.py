"""osprey.runtime, recording."""

import _recording as rec


def write_channel(channel_address, value, **kwargs):
    rec.write(channel_address, value)


def read_channel(channel_address, **kwargs):
    return rec.array(rec.number(rec.read(channel_address)))


def write_channels(channel_values, **kwargs):
    for channel, value in channel_values.items():
        write_channel(channel, value)


async def _write_channel_async(channel_address, value, **kwargs):
    write_channel(channel_address, value)


async def _read_channel_async(channel_address, **kwargs):
    return read_channel(channel_address)


async def _write_channels_async(channel_values, **kwargs):
    write_channels(channel_values)


def configure_from_context(context):
    return None


async def cleanup_runtime():
    return None
