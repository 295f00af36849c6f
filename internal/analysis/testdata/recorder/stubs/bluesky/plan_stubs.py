"""Plan stubs, as bluesky's: parts of plans."""

import itertools
import uuid

from .utils import Msg, ensure_generator


def _group(group=None):
    return group or str(uuid.uuid4())


def null():
    return (yield Msg("null"))


def create(name="primary"):
    return (yield Msg("create", name=name))


def declare_stream(*objs, name, collect=False):
    return (yield Msg("declare_stream", None, *objs, name=name))


def save():
    return (yield Msg("save"))


def drop():
    return (yield Msg("drop"))


def read(obj):
    return (yield Msg("read", obj))


def locate(*objs, squeeze=True):
    return (yield Msg("locate", *objs))


def monitor(obj, *, name=None, **kwargs):
    return (yield Msg("monitor", obj, name=name, **kwargs))


def unmonitor(obj):
    return (yield Msg("unmonitor", obj))


def abs_set(obj, *args, group=None, wait=False, **kwargs):
    if wait and group is None:
        group = _group()
    status = yield Msg("set", obj, *args, group=group, **kwargs)
    if wait:
        yield Msg("wait", None, group=group)
    return status


def rel_set(obj, *args, group=None, wait=False, **kwargs):
    from .preprocessors import relative_set_wrapper
    return (yield from relative_set_wrapper(abs_set(obj, *args, group=group, wait=wait, **kwargs)))


def mv(*args, group=None, timeout=None, **kwargs):
    if len(args) % 2:
        raise ValueError("mv takes objects and positions in pairs")
    group = _group(group)
    statuses = []
    for obj, value in zip(args[::2], args[1::2]):
        statuses.append((yield Msg("set", obj, value, group=group, **kwargs)))
    yield Msg("wait", None, group=group)
    return tuple(statuses)


def mvr(*args, group=None, timeout=None, **kwargs):
    from .preprocessors import relative_set_wrapper
    return (yield from relative_set_wrapper(mv(*args, group=group, **kwargs)))


mov, movr = mv, mvr


def rd(obj, *, default_value=0):
    ret = yield from read(obj)
    if ret is None:
        return default_value
    if len(ret) == 1:
        return next(iter(ret.values()))["value"]
    hints = [h for h in (getattr(obj, "hints", None) or {}).get("fields", []) if h in ret]
    if len(hints) != 1:
        raise ValueError(f"{obj} has {len(hints)} hinted fields; rd needs one")
    return ret[hints[0]]["value"]


def stop(obj):
    return (yield Msg("stop", obj))


def trigger(obj, *, group=None, wait=False):
    if wait and group is None:
        group = _group()
    out = yield Msg("trigger", obj, group=group)
    if wait:
        yield Msg("wait", None, group=group)
    return out


def sleep(time):
    return (yield Msg("sleep", None, time))


def wait(group=None, *, timeout=None, error_on_timeout=True, move_on=False, watch=()):
    return (yield Msg("wait", None, group=group))


def checkpoint():
    return (yield Msg("checkpoint"))


def clear_checkpoint():
    return (yield Msg("clear_checkpoint"))


def pause():
    return (yield Msg("pause", None, defer=False))


deferred_pause = pause


def input_plan(prompt=""):
    return (yield Msg("input", prompt=prompt))


def prepare(obj, *args, group=None, wait=False, **kwargs):
    out = yield Msg("prepare", obj, *args, group=group)
    if wait:
        yield Msg("wait", None, group=group)
    return out


def kickoff(obj, *, group=None, wait=False, **kwargs):
    group = _group(group)
    out = yield Msg("kickoff", obj, group=group)
    if wait:
        yield Msg("wait", None, group=group)
    return out


def complete(obj, *, group=None, wait=False, **kwargs):
    group = _group(group)
    out = yield Msg("complete", obj, group=group)
    if wait:
        yield Msg("wait", None, group=group)
    return out


def kickoff_all(*args, group=None, wait=True, **kwargs):
    for o in args:
        yield from kickoff(o, wait=wait)


def complete_all(*args, group=None, wait=True, **kwargs):
    for o in args:
        yield from complete(o, wait=wait)


def collect(obj, *args, stream=False, return_payload=True, name=None):
    return (yield Msg("collect", obj))


def configure(device, *args, **kwargs):
    return (yield Msg("configure", device, *args, **kwargs))


def stage(obj, *, group=None, wait=None):
    return (yield Msg("stage", obj))


def stage_all(*args, group=None):
    for o in args:
        yield Msg("stage", o)


def unstage(obj, *, group=None, wait=None):
    return (yield Msg("unstage", obj))


def unstage_all(*args, group=None):
    for o in args:
        yield Msg("unstage", o)


def subscribe(name, func):
    return (yield Msg("subscribe", None, name, func))


def unsubscribe(token):
    return (yield Msg("unsubscribe", token=token))


def install_suspender(suspender):
    return (yield Msg("install_suspender", None, suspender))


def remove_suspender(suspender):
    return (yield Msg("remove_suspender", None, suspender))


def open_run(md=None):
    return (yield Msg("open_run", None, **(md or {})))


def close_run(exit_status=None, reason=None):
    return (yield Msg("close_run", exit_status=exit_status, reason=reason))


def wait_for(futures, **kwargs):
    return (yield Msg("wait_for", None, futures, **kwargs))


def trigger_and_read(devices, name="primary"):
    devices = list(devices)
    group = _group()
    for d in devices:
        if hasattr(d, "trigger"):
            yield Msg("trigger", d, group=group)
    yield Msg("wait", None, group=group)
    yield from create(name)
    out = {}
    for d in devices:
        reading = yield Msg("read", d)
        out.update(reading or {})
    yield from save()
    return out


def broadcast_msg(command, objs, *args, **kwargs):
    out = []
    for o in objs:
        out.append((yield Msg(command, o, *args, **kwargs)))
    return out


def repeater(n, gen_func, *args, **kwargs):
    for _ in range(n) if n is not None else itertools.count():
        yield from gen_func(*args, **kwargs)


def caching_repeater(n, plan):
    lst = list(plan)
    for _ in range(n) if n is not None else itertools.count():
        yield from (m for m in lst)


def repeat(plan, num=1, delay=0.0):
    for i in range(num) if num is not None else itertools.count():
        yield from checkpoint()
        yield from ensure_generator(plan())
        if delay and (num is None or i < num - 1):
            yield from sleep(delay if isinstance(delay, (int, float)) else 0)


def one_shot(detectors, take_reading=trigger_and_read):
    yield Msg("checkpoint")
    yield from take_reading(list(detectors))


def move_per_step(step, pos_cache):
    yield Msg("checkpoint")
    group = _group()
    for motor, pos in step.items():
        if pos_cache.get(motor) == pos:
            continue
        yield Msg("set", motor, pos, group=group)
        pos_cache[motor] = pos
    yield Msg("wait", None, group=group)


def one_1d_step(detectors, motor, step, take_reading=trigger_and_read):
    yield Msg("checkpoint")
    yield from abs_set(motor, step, wait=True)
    return (yield from take_reading([*detectors, motor]))


def one_nd_step(detectors, step, pos_cache, take_reading=trigger_and_read):
    yield from move_per_step(step, pos_cache)
    yield from take_reading([*detectors, *step.keys()])
