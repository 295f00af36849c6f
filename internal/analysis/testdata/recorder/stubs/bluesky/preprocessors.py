"""Preprocessors, as bluesky's: plans around plans."""

import collections

from .utils import Msg, ensure_generator, make_decorator, single_gen


def plan_mutator(plan, msg_proc):
    """Replace, precede or follow messages."""
    plan = ensure_generator(plan)
    answer, error = None, None
    while True:
        try:
            msg = plan.throw(error) if error is not None else plan.send(answer)
        except StopIteration as stop:
            return stop.value
        error = None
        head, tail = msg_proc(msg)
        try:
            answer = (yield msg) if head is None else (yield from ensure_generator(head))
            if tail is not None:
                yield from ensure_generator(tail)
        except Exception as e:
            error = e


def msg_mutator(plan, msg_proc):
    plan = ensure_generator(plan)
    answer = None
    while True:
        try:
            msg = msg_proc(plan.send(answer))
        except StopIteration as stop:
            return stop.value
        answer = None if msg is None else (yield msg)


def pchain(*args):
    out = None
    for p in args:
        out = yield from ensure_generator(p)
    return out


def print_summary_wrapper(plan):
    for msg in ensure_generator(plan):
        print(msg.command, getattr(msg.obj, "name", ""))
        yield msg


def run_wrapper(plan, *, md=None):
    uid = yield Msg("open_run", None, **(md or {}))
    try:
        out = yield from ensure_generator(plan)
    except Exception as e:
        yield Msg("close_run", None, exit_status="fail", reason=str(e))
        raise
    yield Msg("close_run", None, exit_status=None, reason=None)
    return uid if out is None else out


def _subs_normalised(subs):
    if callable(subs):
        subs = {"all": [subs]}
    if isinstance(subs, (list, tuple)):
        subs = {"all": list(subs)}
    return {k: v if isinstance(v, (list, tuple)) else [v] for k, v in subs.items()}


def subs_wrapper(plan, subs):
    tokens = []
    for name, funcs in _subs_normalised(subs).items():
        for f in funcs:
            tokens.append((yield Msg("subscribe", None, name, f)))
    try:
        return (yield from ensure_generator(plan))
    finally:
        for t in tokens:
            yield Msg("unsubscribe", None, token=t)


def suspend_wrapper(plan, suspenders):
    return (yield from ensure_generator(plan))


def configure_count_time_wrapper(plan, time):
    return (yield from ensure_generator(plan))


rewindable_wrapper = suspend_wrapper


def _final(final_plan):
    return ensure_generator(final_plan() if callable(final_plan) else final_plan)


def finalize_wrapper(plan, final_plan, *, pause_for_debug=False):
    try:
        out = yield from ensure_generator(plan)
    except GeneratorExit:
        raise
    except BaseException:
        yield from _final(final_plan)
        raise
    yield from _final(final_plan)
    return out


def contingency_wrapper(plan, *, except_plan=None, else_plan=None, final_plan=None, pause_for_debug=False, auto_raise=True):
    try:
        out = yield from ensure_generator(plan)
    except GeneratorExit:
        raise
    except Exception as e:
        if except_plan:
            out = yield from except_plan(e)
        if final_plan:
            yield from _final(final_plan)
        if auto_raise or not except_plan:
            raise
        return out
    if else_plan:
        yield from _final(else_plan)
    if final_plan:
        yield from _final(final_plan)
    return out


def inject_md_wrapper(plan, md):
    def proc(msg):
        return msg._replace(kwargs={**msg.kwargs, **md}) if msg.command == "open_run" else msg
    return (yield from msg_mutator(plan, proc))


def set_run_key_wrapper(plan, run):
    return (yield from ensure_generator(plan))


def stub_wrapper(plan):
    def proc(msg):
        return None if msg.command in ("open_run", "close_run", "stage", "unstage") else msg
    return (yield from msg_mutator(plan, proc))


def monitor_during_wrapper(plan, signals):
    def proc(msg):
        if msg.command == "open_run":
            def tail():
                for s in signals:
                    yield Msg("monitor", s, name=s.name + "_monitor")
            return None, tail()
        return None, None
    return (yield from plan_mutator(plan, proc))


def fly_during_wrapper(plan, flyers):
    def proc(msg):
        if msg.command == "open_run":
            return None, (Msg("kickoff", f) for f in flyers)
        if msg.command == "close_run":
            def head():
                for f in flyers:
                    yield Msg("complete", f)
                    yield Msg("collect", f)
                yield msg
            return head(), None
        return None, None
    return (yield from plan_mutator(plan, proc))


def stage_wrapper(plan, devices):
    roots = list(dict.fromkeys(d.root if hasattr(d, "root") else d for d in devices))
    for d in roots:
        yield Msg("stage", d)
    try:
        return (yield from ensure_generator(plan))
    finally:
        for d in reversed(roots):
            yield Msg("unstage", d)


def lazily_stage_wrapper(plan):
    staged = []

    def proc(msg):
        root = getattr(msg.obj, "root", msg.obj)
        if msg.command in ("read", "set", "trigger", "kickoff") and root not in staged:
            staged.append(root)

            def head():
                yield Msg("stage", root)
                return (yield msg)
            return head(), None
        return None, None
    out = yield from plan_mutator(plan, proc)
    for d in reversed(staged):
        yield Msg("unstage", d)
    return out


def _position(obj):
    reading = yield Msg("read", obj)
    if reading is None:
        return 0
    fields = [f for f in (getattr(obj, "hints", None) or {}).get("fields", []) if f in reading]
    return reading[fields[0] if fields else next(iter(reading))]["value"]


def relative_set_wrapper(plan, devices=None):
    initial = {}

    def proc(msg):
        if msg.command != "set" or (devices is not None and msg.obj not in devices):
            return None, None

        def head():
            if msg.obj not in initial:
                if hasattr(msg.obj, "position") and not hasattr(msg.obj, "locate"):
                    initial[msg.obj] = msg.obj.position
                else:
                    initial[msg.obj] = yield from _position(msg.obj)
            first = msg.args[0] + initial[msg.obj]
            return (yield msg._replace(args=(first, *msg.args[1:])))
        return head(), None
    return (yield from plan_mutator(plan, proc))


def reset_positions_wrapper(plan, devices=None):
    initial = collections.OrderedDict()

    def proc(msg):
        if msg.command == "set" and msg.obj not in initial and (devices is None or msg.obj in devices):
            def head():
                if hasattr(msg.obj, "position") and not hasattr(msg.obj, "locate"):
                    initial[msg.obj] = msg.obj.position
                else:
                    initial[msg.obj] = yield from _position(msg.obj)
                return (yield msg)
            return head(), None
        return None, None

    def reset():
        for obj, pos in initial.items():
            yield Msg("set", obj, pos, group="reset")
        yield Msg("wait", None, group="reset")
    return (yield from finalize_wrapper(plan_mutator(plan, proc), reset))


def baseline_wrapper(plan, devices, name="baseline"):
    from .plan_stubs import trigger_and_read

    def proc(msg):
        if msg.command == "open_run":
            return None, trigger_and_read(devices, name=name)
        if msg.command == "close_run":
            def head():
                yield from trigger_and_read(devices, name=name)
                return (yield msg)
            return head(), None
        return None, None
    return (yield from plan_mutator(plan, proc))


class SupplementalData:
    """Baseline, monitors and flyers of every run."""

    def __init__(self, *, baseline=None, monitors=None, flyers=None):
        self.baseline, self.monitors, self.flyers = list(baseline or []), list(monitors or []), list(flyers or [])

    def __call__(self, plan):
        plan = fly_during_wrapper(plan, self.flyers)
        plan = monitor_during_wrapper(plan, self.monitors)
        return (yield from baseline_wrapper(plan, self.baseline))


def finalize_decorator(final_plan):
    return make_decorator(finalize_wrapper)(final_plan)


run_decorator = make_decorator(run_wrapper)
subs_decorator = make_decorator(subs_wrapper)
suspend_decorator = make_decorator(suspend_wrapper)
contingency_decorator = make_decorator(contingency_wrapper)
stage_decorator = make_decorator(stage_wrapper)
lazily_stage_decorator = make_decorator(lazily_stage_wrapper)
relative_set_decorator = make_decorator(relative_set_wrapper)
reset_positions_decorator = make_decorator(reset_positions_wrapper)
baseline_decorator = make_decorator(baseline_wrapper)
monitor_during_decorator = make_decorator(monitor_during_wrapper)
fly_during_decorator = make_decorator(fly_during_wrapper)
inject_md_decorator = make_decorator(inject_md_wrapper)
rewindable_decorator = make_decorator(rewindable_wrapper)
stub_decorator = make_decorator(stub_wrapper)
set_run_key_decorator = make_decorator(set_run_key_wrapper)
configure_count_time_decorator = make_decorator(configure_count_time_wrapper)
