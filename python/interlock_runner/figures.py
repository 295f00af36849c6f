"""matplotlib figures as PNG and SVG. Only imported once pyplot has been."""

from __future__ import annotations

import binascii
import io
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .channel import Channel

# A picture of this many markers takes seconds and megabytes as SVG, and as a
# PNG neither.
MAX_SVG_MARKS = 50_000


def send_open(channel: Channel, limit: int) -> None:
    """Send every figure that pyplot holds open, in the order of their numbers."""
    managers = _managers()
    for manager in managers[:limit]:
        try:
            data = picture(manager.canvas.figure)
        except Exception as error:  # drawing runs the script's own artists and text
            _note(channel, f"figure {manager.num} could not be drawn: {type(error).__name__}: {error}")
            continue
        _send(channel, data, f"figure {manager.num}")
    if len(managers) > limit:
        channel.cut("figures", len(managers) - limit)
        _note(channel, f"{len(managers) - limit} more figures are open; the limit is {limit}")


def _send(channel: Channel, data: dict[str, str], name: str) -> None:
    if channel.send({"t": "figure", "kind": "display_data", "data": data}):
        return
    channel.cut("figure")
    png = {"image/png": data["image/png"]}
    if not channel.send({"t": "figure", "kind": "display_data", "data": png}):
        _note(channel, f"{name} is larger than {channel.limit} bytes; save it with savefig() instead")


def _note(channel: Channel, text: str) -> None:
    channel.send({"t": "display", "kind": "display_data", "data": {"text/plain": f"[{text[:500]}]"}, "metadata": {}})


def _managers() -> list[Any]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    helpers: Any = sys.modules.get("matplotlib._pylab_helpers")
    if pyplot is None or helpers is None:
        return []
    return sorted(helpers.Gcf.get_all_fig_managers(), key=lambda manager: manager.num)


def is_open(figure: Any) -> bool:
    """Report whether pyplot holds figure, so that it is shown when the code ends."""
    return any(manager.canvas.figure is figure for manager in _managers())


def picture(figure: Any) -> dict[str, str]:
    """Return figure as base64 PNG and, where that is reasonable, as SVG text."""
    data = {"image/png": binascii.b2a_base64(_draw(figure, "png"), newline=False).decode("ascii")}
    if _marks(figure) <= MAX_SVG_MARKS:
        data["image/svg+xml"] = _draw(figure, "svg").decode("utf-8")
    return data


def _draw(figure: Any, kind: str) -> bytes:
    import matplotlib

    buffer = io.BytesIO()
    # Without salt and date the same figure is the same bytes in every run.
    with matplotlib.rc_context({"svg.hashsalt": "interlock"}):
        figure.savefig(buffer, format=kind, bbox_inches="tight", metadata={"Date": None} if kind == "svg" else None)
    return buffer.getvalue()


def _marks(figure: Any) -> int:
    """Count what SVG draws one by one: markers of scatter plots and cells of meshes."""
    total = 0
    for axes in figure.axes:
        for collection in axes.collections:
            array = collection.get_array()
            total += max(len(collection.get_offsets()), 0 if array is None else array.size)
        for line in axes.lines:
            marked = line.get_marker() not in (None, "", " ", "None", "none")
            total += len(line.get_xdata(orig=False)) if marked else 0
    return total
