"""For tests."""
from ophyd_async.core import callback_on_mock_put, get_mock_put, mock_puts_blocked, set_mock_put_proceeds, set_mock_value  # noqa: F401


async def assert_value(signal, value):
    assert await signal.get_value() == value


async def assert_reading(readable, reading):
    assert set(await readable.read()) == set(reading)
