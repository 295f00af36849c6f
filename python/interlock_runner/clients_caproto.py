"""caproto, which returns a refusal instead of raising it."""

from __future__ import annotations

from functools import wraps

from .clients import REASONS, Refusals, door

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

_NORMAL = 1  # ECA_NORMAL
_TIME = 1.0  # seconds for one question


def sync(client: ModuleType, refusals: Refusals) -> None:
    """Mend caproto.sync.client."""
    write, read, sandwich = client.write, client.read, client.read_write_read

    @wraps(read)
    def guarded_read(pv_name: str, *args: Any, **kwds: Any) -> Any:
        response = read(pv_name, *args, **kwds)
        _check(refusals, "read " + pv_name, response)
        return response

    @wraps(write)
    def guarded_write(pv_name: str, *args: Any, **kwds: Any) -> Any:
        response = write(pv_name, *args, **kwds)
        _check(refusals, pv_name, response)
        return response

    @wraps(sandwich)
    def guarded_sandwich(pv_name: str, *args: Any, **kwds: Any) -> Any:
        first, response, last = sandwich(pv_name, *args, **kwds)
        _check(refusals, pv_name, response)
        _check(refusals, "read " + pv_name, last)
        return first, response, last

    client.read, client.write, client.read_write_read = guarded_read, guarded_write, guarded_sandwich


def threading(client: ModuleType, refusals: Refusals) -> None:
    """Mend caproto.threading.client."""
    pv, circuit = client.PV, client.VirtualCircuitManager
    write, read, process = pv.write, pv.read, circuit._process_command
    unwaited = _unwaited(client.ca, refusals)

    @wraps(read)
    def guarded_read(self: Any, *args: Any, **kwds: Any) -> Any:
        response = read(self, *args, **kwds)
        _check(refusals, "read " + self.name, response)
        return response

    @wraps(write)
    def guarded_write(self: Any, *args: Any, **kwds: Any) -> Any:
        response = write(self, *args, **kwds)
        _check(refusals, self.name, response)
        return response

    @wraps(process)
    def noticing(self: Any, command: Any) -> Any:
        if name := unwaited(self, command):
            refusals.say(refusals.why(name))
        return process(self, command)

    pv.read, pv.write, circuit._process_command = guarded_read, guarded_write, noticing


def asynchronous(client: ModuleType, refusals: Refusals) -> None:
    """Mend caproto.asyncio.client."""
    pv, circuit = client.PV, client.VirtualCircuitManager
    write, read, process = pv.write, pv.read, circuit._process_command
    unwaited = _unwaited(client.ca, refusals)

    @wraps(read)
    async def guarded_read(self: Any, *args: Any, **kwds: Any) -> Any:
        response = await read(self, *args, **kwds)
        if _failed(response):
            raise _error(response, "read " + self.name, await _why("read " + self.name))
        return response

    @wraps(write)
    async def guarded_write(self: Any, *args: Any, **kwds: Any) -> Any:
        response = await write(self, *args, **kwds)
        if _failed(response):
            raise _error(response, self.name, await _why(self.name))
        return response

    @wraps(process)
    async def noticing(self: Any, command: Any) -> Any:
        if name := unwaited(self, command):
            refusals.say(await _why(name))
        return await process(self, command)

    pv.read, pv.write, circuit._process_command = guarded_read, guarded_write, noticing


def _failed(response: Any) -> bool:
    return getattr(getattr(response, "status", None), "code_with_severity", _NORMAL) != _NORMAL


def _check(refusals: Refusals, question: str, response: Any) -> None:
    if _failed(response):
        raise _error(response, question, refusals.why(question))


def _error(response: Any, question: str, why: str) -> Exception:
    from caproto import CaprotoRuntimeError

    name = question.removeprefix("read ")
    done = f"the put to {name} was not done" if question == name else f"{name} was not read"
    if response.status.code_with_severity not in REASONS:
        why = ""  # the server's own trouble
    return CaprotoRuntimeError(why or f"{done}: {response.status.description}")


def _unwaited(ca: ModuleType, refusals: Refusals) -> Callable[[Any, Any], str]:
    """Return what looks at an answer before the circuit does.

    A put that nobody waits for is answered, where it is refused, with the gateway's
    words: they are said. One with a callback is answered with a number: its channel is
    returned.
    """
    error, written = ca.ErrorResponse, ca.WriteNotifyResponse

    def unwaited(circuit: Any, command: Any) -> str:
        if isinstance(command, error):
            text = command.error_message
            text = text.decode("utf-8", "replace") if isinstance(text, bytes | bytearray) else str(text)
            refusals.say(text.strip("\0 "))
        elif isinstance(command, written) and _failed(command):
            info = circuit.ioids.get(command.ioid) or {}
            return info["pv"].name if "callback" in info else ""
        return ""

    return unwaited


async def _why(question: str) -> str:
    """Ask as Refusals.why does, without holding up the event loop."""
    import asyncio

    try:
        async with asyncio.timeout(_TIME):
            reader, writer = await asyncio.open_connection(*door())
            writer.write(question.encode() + b"\n")
            answer = await reader.readline()
            writer.close()
            return answer.decode("utf-8", "replace").strip()
    except (OSError, ValueError):  # TimeoutError is an OSError
        return ""
