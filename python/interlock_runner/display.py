"""What an object shows of itself, as Jupyter's bundle of MIME types.

The methods are those of IPython's protocol (``_repr_html_`` and its like,
``_repr_mimebundle_``), and ``_mime_``; IPython itself takes longer to import
than most scripts take to run.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .channel import Channel

METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "application/pdf": "_repr_pdf_",
    "application/json": "_repr_json_",
    "application/javascript": "_repr_javascript_",
}
_CANARY = "_ipython_canary_method_should_not_exist_"
MAX_TEXT = 256 << 10  # characters of a plain repr


def send(channel: Channel, kind: str, value: Any, metadata: dict[str, Any] | None = None, raw: bool = False) -> None:
    """Send value as a display frame; what is too large is replaced by a note."""
    data, own = (dict(value), {}) if raw else bundle(value)
    data = {mime: _portable(part) for mime, part in data.items()}
    frame = {"t": "display", "kind": kind, "data": data, "metadata": {**own, **(metadata or {})}}
    try:
        sent = channel.send(frame)
        note = f"an output was larger than {channel.limit} bytes and is not shown; save it with save_artifact()"
        if not sent:
            channel.cut("figure")
    except TypeError as error:
        sent, note = False, f"an output could not be shown: {error}"
    if not sent:
        text = data.get("text/plain")
        short = f"{text}\n" if isinstance(text, str) and len(text) < 10_000 else ""
        channel.send({"t": "display", "kind": kind, "data": {"text/plain": f"{short}[{note}]"}, "metadata": {}})


def bundle(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return value's MIME types with their data, and metadata. text/plain is always there."""
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    # A class has the methods unbound; an object that answers to any name has none of them.
    if not isinstance(value, type) and not hasattr(value, _CANARY):
        for mime, method in METHODS.items():
            _take(data, metadata, mime, _call(value, method))
        _take(data, metadata, "", _call(value, "_mime_"))
        _take_bundle(data, metadata, _call(value, "_repr_mimebundle_", include=None, exclude=None))
        if not data and _is_figure(value):
            from .figures import picture

            data.update(picture(value))
    data.setdefault("text/plain", _plain(value))
    return data, metadata


def _call(value: Any, name: str, **arguments: Any) -> Any:
    """Return what a display method gives, or None; one that fails shows nothing."""
    try:
        method = getattr(value, name, None)
        return method(**arguments) if callable(method) else None
    except Exception:
        return None


def _take(data: dict[str, Any], metadata: dict[str, Any], mime: str, part: Any) -> None:
    """Add one part: the data, (data, metadata), or for "" (mime, data)."""
    if part is None:
        return
    if not mime:
        if isinstance(part, tuple) and len(part) == 2:
            data[str(part[0])] = part[1]
        return
    if isinstance(part, tuple) and len(part) == 2:
        part, metadata[mime] = part
    data[mime] = part


def _take_bundle(data: dict[str, Any], metadata: dict[str, Any], part: Any) -> None:
    own: Any = {}
    if isinstance(part, tuple) and len(part) == 2:
        part, own = part
    if isinstance(part, dict) and isinstance(own, dict):
        data.update(part)
        metadata.update(own)


def _portable(part: Any) -> Any:
    """Return bytes as base64 text and everything else as it is."""
    if not isinstance(part, (bytes, bytearray, memoryview)):
        return part
    import binascii

    return binascii.b2a_base64(part, newline=False).decode("ascii")


def _plain(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + f"... [{len(text)} characters]"


def _is_figure(value: Any) -> bool:
    """Report whether value is a matplotlib figure that will not be shown at the end anyway."""
    import sys

    figure = sys.modules.get("matplotlib.figure")
    if figure is None or not isinstance(value, figure.Figure):
        return False
    from .figures import is_open

    return not is_open(value)
