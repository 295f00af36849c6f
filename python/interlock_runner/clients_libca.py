"""aioca and cothread, which raise a refusal as a number, and ophyd-async over aioca."""

from __future__ import annotations

from functools import wraps

from .clients import REASONS, Refusals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_NO_WRITE = 376  # ECA_NOWTACCESS: libca itself did not send the put


def cadef(module: ModuleType, refusals: Refusals) -> None:
    """Mend the calls of libca: a put that libca refuses says why."""
    error, text = module.CAException, module.CAException.__str__
    functions = [module.ca_array_put, module.ca_array_put_callback]
    checks = [f.errcheck for f in functions]

    def guard(check: Any) -> Any:
        def guarded(status: Any, function: Any, args: Any) -> Any:
            if status != _NO_WRITE:
                return check(status, function, args)
            refused = error(status, function)
            refused.reason = refusals.unseen(module.ca_name(args[2]))
            raise refused

        return guarded

    error.__str__ = _with_reason(text)
    for function, check in zip(functions, checks, strict=True):
        function.errcheck = guard(check)


def catools(module: ModuleType, refusals: Refusals) -> None:
    """Mend what aioca and cothread say of a put or a read that was not done."""
    nothing = getattr(module, "CANothing", None) or module.ca_nothing
    init, text = nothing.__init__, nothing.__str__

    @wraps(init)
    def asking(self: Any, name: Any, errorcode: int = 1) -> None:
        init(self, name, errorcode)
        # Now: what is asked later may be told of another put.
        if errorcode in REASONS:
            self.reason = refusals.why(REASONS[errorcode] + str(name))

    nothing.__init__, nothing.__str__ = asking, _with_reason(text)


def ophyd_async(module: ModuleType, _refusals: Refusals) -> None:
    """Mend ophyd_async.epics.core._aioca, which loses what aioca raises.

    A CANothing of a failure is false, and what retries a put (concurrent.futures) takes
    a false exception for none. What is connected to, and may not be read, is there.
    """
    backend, nothing, unconnected = module.CaSignalBackend, module.CANothing, module.NotConnectedError
    put, store = backend.put, backend._store_initial_value

    class Failed(nothing):  # type: ignore[misc, valid-type]
        """A CANothing that is raised wherever it is passed on."""

        def __bool__(self) -> bool:
            return True

    Failed.__name__ = Failed.__qualname__ = nothing.__name__

    @wraps(put)
    async def guarded_put(self: Any, *args: Any, **kwds: Any) -> Any:
        try:
            return await put(self, *args, **kwds)
        except nothing as e:
            raise Failed(e.name, e.errorcode) from None

    @wraps(store)
    async def telling(self: Any, pv: str, *args: Any, **kwds: Any) -> Any:
        try:
            return await store(self, pv, *args, **kwds)
        except unconnected as e:
            reason = getattr(e.__cause__, "reason", "")
            if not reason:
                raise
            raise unconnected(f"ca://{pv}: {reason}") from e.__cause__

    backend.put, backend._store_initial_value = guarded_put, telling


def _with_reason(text: Any) -> Any:
    """Return __str__ with the reason at its end, where there is one."""

    @wraps(text)
    def told(self: Any) -> str:
        reason = getattr(self, "reason", "")
        return f"{text(self)}: {reason}" if reason else text(self)

    return told
