"""RunEngine, recording: it executes plans' messages as bluesky's does.

It does not stop the motors at the end of a run, which bluesky does as housekeeping:
the record is of what a script asks for.
"""

import asyncio
import inspect
import time
import uuid

from _recording import loop as _loop

from .utils import Msg, RunEngineInterrupted, ensure_generator  # noqa: F401


def get_bluesky_event_loop():
    return _loop.get()


set_bluesky_event_loop = lambda loop: None


def call_in_bluesky_event_loop(coro, timeout=None):
    return _loop.call(coro)


class RunEngineResult:
    """What a call returns where call_returns_result is set."""

    def __init__(self, uids, result):
        self.run_start_uids, self.plan_result, self.exit_status, self.interrupted, self.reason, self.exception = uids, result, "success", False, "", None


class RunEngine:
    """Executes plans."""

    def __init__(self, md=None, *, loop=None, preprocessors=None, context_managers=None, md_validator=None, md_normalizer=None, scan_id_source=None, during_task=None, call_returns_result=False):
        self.md, self.preprocessors = md if md is not None else {}, list(preprocessors or [])
        self.waiting_hook = self.state_hook = self.msg_hook = self.before_hook = self.after_hook = None
        self.state, self.verbose, self.suspenders, self.record_interruptions = "idle", False, (), False
        self.pause_msg, self._returns = "", call_returns_result
        self._subs, self._token, self._commands = {}, 0, {}
        self._scan = 0

    loop = property(lambda self: _loop.get())

    def __call__(self, plan, *subs, **md):
        subs = list(subs)
        tokens = []
        for s in subs:
            for name, funcs in (s if isinstance(s, dict) else {"all": s}).items():
                tokens += [self.subscribe(f, name) for f in (funcs if isinstance(funcs, (list, tuple)) else [funcs])]
        for p in self.preprocessors:
            plan = p(plan)
        self._md, self._uids, self._staged, self._groups, self._bundle, self._seq, self._open, self._temp = md, [], [], {}, None, {}, [], []
        try:
            result = _loop.call(self._run(ensure_generator(plan)))
        finally:
            for t in [*tokens, *self._temp]:
                self.unsubscribe(t)
        return RunEngineResult(tuple(self._uids), result) if self._returns else tuple(self._uids)

    async def _run(self, plan):
        self.state = "running"
        answer, error = None, None
        try:
            while True:
                try:
                    msg = plan.throw(error) if error is not None else plan.send(answer)
                except StopIteration as stop:
                    return stop.value
                answer = error = None
                if self.msg_hook:
                    self.msg_hook(msg)
                try:
                    answer = await self._act(msg)
                except Exception as e:
                    error = e
        finally:
            self.state = "idle"
            for device in reversed(self._staged):
                await self._maybe(device.unstage()) if hasattr(device, "unstage") else None
            while self._open:
                self._stop("abort")

    async def _maybe(self, out):
        if inspect.isawaitable(out):
            return await out
        if hasattr(out, "wait") and hasattr(out, "done"):
            out.wait()
        return out

    async def _act(self, msg):
        if msg.command in self._commands:
            return await self._commands[msg.command](msg)
        act = getattr(self, "_do_" + msg.command, None)
        if act is None:
            raise KeyError(f"InvalidCommand {msg.command!r}")
        out = act(msg)
        return await out if inspect.isawaitable(out) else out

    def register_command(self, name, func):
        self._commands[name] = func

    def unregister_command(self, name):
        self._commands.pop(name, None)

    commands = property(lambda self: [n.removeprefix("_do_") for n in dir(self) if n.startswith("_do_")])

    def subscribe(self, func, name="all"):
        self._token += 1
        self._subs[self._token] = (func, name)
        return self._token

    def unsubscribe(self, token):
        self._subs.pop(token, None)

    def _emit(self, name, doc):
        for func, kind in list(self._subs.values()):
            if kind in ("all", name):
                func(name, doc)

    def install_suspender(self, suspender):
        return None

    remove_suspender = clear_suspenders = request_pause = abort = stop = halt = resume = lambda self, *a, **kw: None
    request_suspend = install_suspender

    def _status(self, msg, status, group):
        if group is not None:
            self._groups.setdefault(group, []).append(status)
        return status

    async def _do_set(self, msg):
        kw = dict(msg.kwargs)
        group = kw.pop("group", None)
        return self._status(msg, msg.obj.set(*msg.args, **kw), group or object())

    async def _do_trigger(self, msg):
        kw = dict(msg.kwargs)
        group = kw.pop("group", None)
        if not hasattr(msg.obj, "trigger"):
            return None
        return self._status(msg, msg.obj.trigger(), group or object())

    async def _do_wait(self, msg):
        group = msg.args[0] if msg.args else msg.kwargs.get("group")
        for status in self._groups.pop(group, []):
            await self._maybe(status)
        return True

    async def _do_wait_for(self, msg):
        return [await f() for f in msg.args[0]]

    def _do_create(self, msg):
        self._bundle = (msg.kwargs.get("name") or (msg.args[0] if msg.args else "primary"), {}, {})

    async def _do_read(self, msg):
        out = await self._maybe(msg.obj.read())
        if self._bundle is not None:
            self._bundle[1].update(out)
            self._bundle[2].update(await self._maybe(msg.obj.describe()))
        return out

    async def _do_locate(self, msg):
        out = [await self._maybe(o.locate()) if hasattr(o, "locate") else {"setpoint": o.position, "readback": o.position} for o in [msg.obj, *msg.args] if o is not None]
        return out[0] if len(out) == 1 else out

    def _do_save(self, msg):
        if self._bundle is None:
            return
        name, data, keys = self._bundle
        self._bundle = None
        if not self._open:
            return
        if name not in self._seq:
            self._seq[name] = 0
            self._emit("descriptor", {"uid": f"d-{name}", "name": name, "data_keys": keys, "run_start": self._open[-1], "time": time.time(), "hints": {}, "object_keys": {}, "configuration": {}})
        self._seq[name] += 1
        self._emit("event", {"uid": str(uuid.uuid4()), "descriptor": f"d-{name}", "seq_num": self._seq[name], "time": time.time(),
                             "data": {k: v["value"] for k, v in data.items()}, "timestamps": {k: v["timestamp"] for k, v in data.items()}, "filled": {}})

    def _do_drop(self, msg):
        self._bundle = None

    def _do_open_run(self, msg):
        uid = str(uuid.uuid4())
        self._scan += 1
        self._open.append(uid)
        self._uids.append(uid)
        self._seq = {}
        self._emit("start", {"uid": uid, "time": time.time(), "scan_id": self._scan, **self.md, **msg.kwargs, **self._md})
        return uid

    def _do_close_run(self, msg):
        return self._stop((msg.kwargs.get("exit_status") or "success"))

    def _stop(self, status):
        if self._open:
            uid = self._open.pop()
            self._emit("stop", {"uid": str(uuid.uuid4()), "run_start": uid, "exit_status": status, "time": time.time(), "reason": "", "num_events": dict(self._seq)})
            return uid
        return None

    async def _do_stage(self, msg):
        out = msg.obj.stage() if hasattr(msg.obj, "stage") else []
        out = await self._maybe(out)
        self._staged.append(msg.obj)
        return out

    async def _do_unstage(self, msg):
        out = await self._maybe(msg.obj.unstage()) if hasattr(msg.obj, "unstage") else []
        if msg.obj in self._staged:
            self._staged.remove(msg.obj)
        return out

    async def _do_stop(self, msg):
        return await self._maybe(msg.obj.stop())

    async def _do_sleep(self, msg):
        await asyncio.sleep(msg.args[0])

    async def _do_configure(self, msg):
        return await self._maybe(msg.obj.configure(*msg.args, **msg.kwargs))

    def _do_subscribe(self, msg):
        token = self.subscribe(msg.args[1], msg.args[0])
        self._temp.append(token)
        return token

    def _do_unsubscribe(self, msg):
        self.unsubscribe(msg.args[0] if msg.args else msg.kwargs["token"])

    async def _do_monitor(self, msg):
        if hasattr(msg.obj, "subscribe"):
            msg.obj.subscribe(lambda *a, **kw: None)

    async def _do_kickoff(self, msg):
        kw = dict(msg.kwargs)
        return self._status(msg, msg.obj.kickoff(*msg.args), kw.get("group") or object())

    async def _do_complete(self, msg):
        return self._status(msg, msg.obj.complete(), msg.kwargs.get("group") or object())

    async def _do_prepare(self, msg):
        return self._status(msg, msg.obj.prepare(*msg.args), msg.kwargs.get("group") or object())

    async def _do_collect(self, msg):
        return list(await self._maybe(msg.obj.collect())) if hasattr(msg.obj, "collect") else []

    def _do_input(self, msg):
        return input(msg.kwargs.get("prompt", ""))

    def _do_RE_class(self, msg):
        return type(self)

    def _nothing(self, msg):
        return None

    _do_null = _do_checkpoint = _do_clear_checkpoint = _do_pause = _do_resume = _do_rewindable = _do_unmonitor = _do_declare_stream = _nothing
    _do_install_suspender = _do_remove_suspender = _do__start_suspender = _do_wait_for_group = _nothing
