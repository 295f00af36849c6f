"""Statuses, recording: what the stubs start is finished at once."""

import time


class UnknownStatusFailure(Exception):
    """A failure without a reason."""


class StatusTimeoutError(TimeoutError):
    """Too late."""


class WaitTimeoutError(TimeoutError):
    """The waiting took too long."""


InvalidState = type("InvalidState", (RuntimeError,), {})


class StatusBase:
    """Something that will be done."""

    def __init__(self, *, timeout=None, settle_time=0, done=None, success=None, obj=None):
        self.timeout, self.settle_time, self.obj = timeout, settle_time or 0, obj
        self._callbacks, self._done, self._error = [], False, None
        if done:
            self.set_finished()

    @property
    def done(self):
        return self._done

    @property
    def success(self):
        return self._done and self._error is None

    def set_finished(self):
        if self._done:
            raise InvalidState("the status is done already")
        self._finish()

    def _finish(self):
        self._done = True
        self._settled()
        for c in self._callbacks:
            c(self)

    def _settled(self):
        return None

    def set_exception(self, exc):
        self._error = exc
        self._finish()

    def _finished(self, success=True, **kw):
        if not self._done:
            self.set_finished() if success else self.set_exception(UnknownStatusFailure())

    def exception(self, timeout=None):
        self._await()
        return self._error

    def _await(self):
        time.sleep(0.01)
        if not self._done:
            self._finish()

    def wait(self, timeout=None):
        self._await()
        if self._error:
            raise self._error

    def add_callback(self, callback):
        self._callbacks.append(callback)
        if self._done:
            callback(self)

    callbacks = property(lambda self: self._callbacks)
    finished_cb = property(lambda self: self._callbacks[0] if self._callbacks else None, lambda self, c: self.add_callback(c))

    def __and__(self, other):
        return AndStatus(self, other)


class Status(StatusBase):
    """A status of a thing."""

    def __init__(self, obj=None, timeout=None, settle_time=0, done=None, success=None):
        super().__init__(obj=obj, timeout=timeout, settle_time=settle_time, done=done)


class AndStatus(StatusBase):
    """Both."""

    def __init__(self, left, right, **kw):
        super().__init__(**kw)
        self.left, self.right = left, right
        for s in (left, right):
            s.add_callback(lambda _: None if self._done or not (left.done and right.done) else self._finish())

    def _await(self):
        self.left.wait()
        self.right.wait()
        super()._await()


class DeviceStatus(StatusBase):
    """A status of a device."""

    def __init__(self, device, **kw):
        super().__init__(obj=device, **kw)
        self.device = device

    def _handle_failure(self):
        return None


class SubscriptionStatus(DeviceStatus):
    """Done when a callback says so."""

    def __init__(self, device, callback, event_type=None, timeout=None, settle_time=None, run=True):
        super().__init__(device, timeout=timeout, settle_time=settle_time)
        self.callback = callback
        device.subscribe(self.check_value, event_type=event_type, run=run)

    def check_value(self, *args, **kw):
        if not self._done and self.callback(*args, **kw):
            self.set_finished()
            self.device.clear_sub(self.check_value)


class StableSubscriptionStatus(SubscriptionStatus):
    """Done when it stays so."""

    def __init__(self, device, callback, stability_time, **kw):
        super().__init__(device, callback, **kw)


class MoveStatus(DeviceStatus):
    """A move."""

    def __init__(self, positioner, target, *, start_ts=None, **kw):
        self.target, self.pos, self.start_pos = target, positioner, None
        super().__init__(positioner, **kw)

    def watch(self, func):
        return None


class UseNewProperty:
    """Kept for imports."""


def wait(status, timeout=None, *, poll_rate="DEPRECATED"):
    return status.wait(timeout)


def finished(**kw):
    """A status that is done."""
    s = StatusBase(**kw)
    s._finish()
    return s
