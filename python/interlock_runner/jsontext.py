"""JSON text without the json module.

Importing json pulls in re and enum, which takes longer than everything else in
this package. The C scanner and quoting beneath it are all that is needed.
"""

from __future__ import annotations

from _json import encode_basestring_ascii as quote
from _json import make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DEPTH = 100
MAX_ARRAY = 1_000_000  # values of an array that is cheap enough to write out


class NotJSONError(TypeError):
    """A value that JSON cannot say; the message names where it sits and what it is."""


class _Scanner:
    """The settings that the C scanner reads from its first argument."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    array_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float

    def __init__(self) -> None:
        self.memo: dict[str, str] = {}


_scan = make_scanner(_Scanner())  # type: ignore[arg-type]


def decode(text: str) -> Any:
    """Return the value of text, which must begin with it and hold nothing after it."""
    value, end = _scan(text, 0)
    if text[end:].strip():
        raise ValueError(f"text after the JSON value at {end}")
    return value


def encode(value: Any, name: str = "value") -> str:
    """Return value as ASCII JSON.

    numpy scalars and arrays become numbers and lists, tuples become lists, and
    NaN and the infinities, which JSON cannot say, become null. Anything else
    raises NotJSONError, which calls the whole value ``name``.
    """
    parts: list[str] = []
    _put(parts.append, value, name, 0)
    return "".join(parts)


def _put(out: Callable[[str], None], value: Any, where: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotJSONError(f"{where[:80]}... is nested more than {MAX_DEPTH} deep, or contains itself")
    if value is None:
        out("null")
    elif value is True:
        out("true")
    elif value is False:
        out("false")
    elif isinstance(value, str):
        out(quote(value))
    elif isinstance(value, int):
        out(_integer(value, where))
    elif isinstance(value, float):
        out(float.__repr__(value) if value - value == 0 else "null")
    elif isinstance(value, (list, tuple)):
        _put_list(out, value, where, depth)
    elif isinstance(value, dict):
        _put_dict(out, value, where, depth)
    else:
        _put(out, _from_numpy(value, where), where, depth + 1)


def _put_list(out: Callable[[str], None], value: Any, where: str, depth: int) -> None:
    out("[")
    for i, item in enumerate(value):
        if i:
            out(",")
        _put(out, item, f"{where}[{i}]", depth + 1)
    out("]")


def _put_dict(out: Callable[[str], None], value: Any, where: str, depth: int) -> None:
    out("{")
    first = True
    for key, item in value.items():
        if not first:
            out(",")
        first = False
        text = _key(key, where)
        out(quote(text))
        out(":")
        _put(out, item, f"{where}[{text!r}]", depth + 1)
    out("}")


def _key(key: Any, where: str) -> str:
    """Write a key as json.dumps does: numbers, booleans and None become text."""
    if isinstance(key, str):
        return key
    if not isinstance(key, (int, float)) and key is not None:
        key = _from_numpy(key, f"the key {key!r} of {where}")
    if isinstance(key, (list, tuple, dict)):
        raise NotJSONError(f"a key of {where} is not a text or a number")
    return key if isinstance(key, str) else encode(key)


def _integer(value: int, where: str) -> str:
    try:
        return int.__repr__(value)
    except ValueError:  # more digits than sys.set_int_max_str_digits allows
        raise NotJSONError(f"{where} is an integer with too many digits") from None


def _from_numpy(value: Any, where: str) -> Any:
    """Return the plain Python value of a numpy one, without importing numpy."""
    kind = type(value)
    module = kind.__module__
    if (module == "numpy" or module.startswith("numpy.")) and hasattr(value, "tolist"):
        if getattr(value, "size", 1) > MAX_ARRAY:
            raise NotJSONError(f"{where} is an array of {value.size} values, too many to write out; save it to a file")
        plain = value.tolist()
        if type(plain) is not kind:
            return plain
    raise NotJSONError(
        f"{where} is a {kind.__qualname__}, which JSON cannot say; convert it to numbers, text, lists or dicts"
    )
