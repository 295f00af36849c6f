"""The script's variable ``results``, if JSON can say it."""

from __future__ import annotations

from .jsontext import NotJSONError, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .channel import Channel


def send(channel: Channel, value: Any, limit: int) -> None:
    """Send value, or why it cannot be said. limit is in bytes of JSON text."""
    try:
        text = encode(value, "results")
    except NotJSONError as error:
        message = str(error)
    except Exception as error:  # an object whose own methods fail
        message = f"results could not be written as JSON: {type(error).__name__}: {error}"
    else:
        if len(text) <= limit:
            channel.send_bytes(f'{{"t":"results","json":{text}}}'.encode("ascii"))
        else:
            channel.cut("results")
        return
    channel.send({"t": "results_error", "message": message[:2000]})
