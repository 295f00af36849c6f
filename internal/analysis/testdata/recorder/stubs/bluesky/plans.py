"""Plans, as bluesky's."""

import itertools
import math

from . import plan_stubs as bps
from . import preprocessors as bpp


def _linspace(start, stop, num):
    num = int(num)
    if num == 1:
        return [float(start)]
    step = (stop - start) / (num - 1)
    return [start + step * i for i in range(num)]


def _md(name, detectors, md, **more):
    return {"plan_name": name, "plan_type": "generator", "detectors": [d.name for d in detectors], "hints": {}, **more, **(md or {})}


def count(detectors, num=1, delay=0.0, *, per_shot=None, md=None):
    detectors = list(detectors)

    @bpp.stage_decorator(detectors)
    @bpp.run_decorator(md=_md("count", detectors, md, num_points=num))
    def inner():
        delays = iter(delay) if hasattr(delay, "__iter__") else itertools.repeat(delay)
        for i in range(num) if num is not None else range(10):
            yield from (per_shot or bps.one_shot)(detectors)
            d = next(delays, 0)
            if d and (num is None or i < num - 1):
                yield from bps.sleep(d)
    return (yield from inner())


def _steps(name, detectors, motors, points, per_step, md):
    """points: dicts of motor to position. per_step takes (detectors, step, pos_cache) or, for one motor, (detectors, motor, step)."""
    detectors = list(detectors)
    one_d = False
    if per_step is not None:
        import inspect
        one_d = [p for p in inspect.signature(per_step).parameters][:3][1:2] == ["motor"] or \
            list(inspect.signature(per_step).parameters)[:3] == ["detectors", "motor", "step"]

    @bpp.stage_decorator([*detectors, *motors])
    @bpp.run_decorator(md=_md(name, detectors, md, motors=[m.name for m in motors], num_points=len(points)))
    def inner():
        cache = {}
        for step in points:
            if one_d:
                (motor, value), = step.items()
                yield from per_step(detectors, motor, value)
            else:
                yield from (per_step or bps.one_nd_step)(detectors, step, cache)
    return (yield from inner())


def scan(detectors, *args, num=None, per_step=None, md=None):
    if num is None and len(args) % 3 == 1:
        num, args = args[-1], args[:-1]
    if len(args) % 3 or not args:
        raise ValueError("scan takes motor, start, stop for each motor")
    if num is None:
        raise ValueError("num is needed")
    if float(num) != int(num):
        raise ValueError("num must be an integer")
    motors, lines = args[::3], [_linspace(a, b, num) for a, b in zip(args[1::3], args[2::3])]
    points = [dict(zip(motors, values)) for values in zip(*lines)]
    return (yield from _steps("scan", detectors, motors, points, per_step, md))


def _chunks(args):
    args, out = list(args), []
    while args:
        motor, start, stop, num, *args = args
        snake = False
        if args and isinstance(args[0], bool):
            snake, *args = args
        out.append((motor, start, stop, num, snake))
    return out


def _snaked(lines, snakes):
    points = [()]
    for line, snake in zip(lines, snakes):
        points = [p + (v,) for i, p in enumerate(points) for v in (reversed(line) if snake and i % 2 else line)]
    return points


def grid_scan(detectors, *args, snake_axes=None, per_step=None, md=None):
    chunks = _chunks(args)
    motors = [c[0] for c in chunks]
    snakes = [c[4] for c in chunks]
    if snake_axes is True:
        snakes = [False] + [True] * (len(chunks) - 1)
    elif snake_axes:
        snakes = [m in snake_axes for m in motors]
    points = [dict(zip(motors, p)) for p in _snaked([_linspace(*c[1:4]) for c in chunks], snakes)]
    return (yield from _steps("grid_scan", detectors, motors, points, per_step, md))


def list_scan(detectors, *args, per_step=None, md=None):
    motors, lists = args[::2], [list(a) for a in args[1::2]]
    points = [dict(zip(motors, values)) for values in zip(*lists)]
    return (yield from _steps("list_scan", detectors, motors, points, per_step, md))


def list_grid_scan(detectors, *args, snake_axes=False, per_step=None, md=None):
    motors, lists = args[::2], [list(a) for a in args[1::2]]
    points = [dict(zip(motors, p)) for p in _snaked(lists, [False] + [bool(snake_axes)] * (len(lists) - 1))]
    return (yield from _steps("list_grid_scan", detectors, motors, points, per_step, md))


def log_scan(detectors, motor, start, stop, num, *, per_step=None, md=None):
    points = [{motor: 10 ** v} for v in _linspace(start, stop, num)]
    return (yield from _steps("log_scan", detectors, [motor], points, per_step, md))


def scan_nd(detectors, cycler, *, per_step=None, md=None):
    points = [dict(p) for p in cycler]
    motors = list(points[0]) if points else []
    return (yield from _steps("scan_nd", detectors, motors, points, per_step, md))


def _relative(plan):
    def make(detectors, *args, **kwargs):
        motors = [a for a in args if hasattr(a, "set")]

        @bpp.reset_positions_decorator(motors)
        @bpp.relative_set_decorator(motors)
        def inner():
            return (yield from plan(detectors, *args, **kwargs))
        return (yield from inner())
    make.__name__ = "rel_" + plan.__name__
    return make


def spiral(detectors, x_motor, y_motor, x_start, y_start, x_range, y_range, dr, nth, *, dr_y=None, tilt=0.0, per_step=None, md=None):
    points, rings = [], int(max(x_range, y_range) / 2 / dr) + 1
    for ring in range(1, rings + 1):
        for k in range(int(nth * ring)):
            a = 2 * math.pi * k / (nth * ring)
            x, y = ring * dr * math.cos(a), ring * dr * math.sin(a)
            if abs(x) <= x_range / 2 and abs(y) <= y_range / 2:
                points.append({x_motor: x_start + x, y_motor: y_start + y})
    return (yield from _steps("spiral", detectors, [x_motor, y_motor], points, per_step, md))


def spiral_fermat(detectors, x_motor, y_motor, x_start, y_start, x_range, y_range, dr, factor, *, dr_y=None, tilt=0.0, per_step=None, md=None):
    points = []
    for i in range(1, 200):
        r, a = math.sqrt(i) * dr / factor, i * math.radians(137.508)
        x, y = r * math.cos(a), r * math.sin(a)
        if abs(x) <= x_range / 2 and abs(y) <= y_range / 2:
            points.append({x_motor: x_start + x, y_motor: y_start + y})
    return (yield from _steps("spiral_fermat", detectors, [x_motor, y_motor], points, per_step, md))


def spiral_square(detectors, x_motor, y_motor, x_center, y_center, x_range, y_range, x_num, y_num, *, per_step=None, md=None):
    points = [{x_motor: x, y_motor: y} for x in _linspace(x_center - x_range / 2, x_center + x_range / 2, x_num) for y in _linspace(y_center - y_range / 2, y_center + y_range / 2, y_num)]
    return (yield from _steps("spiral_square", detectors, [x_motor, y_motor], points, per_step, md))


def adaptive_scan(detectors, target_field, motor, start, stop, min_step, max_step, target_delta, backstep, threshold=0.8, *, md=None):
    points, at = [], start
    while at <= stop and len(points) < 100:
        points.append({motor: at})
        at += (min_step + max_step) / 2
    return (yield from _steps("adaptive_scan", detectors, [motor], points, None, md))


def tune_centroid(detectors, signal, motor, start, stop, min_step, num=10, step_factor=3.0, snake=False, *, md=None):
    points = [{motor: p} for p in _linspace(start, stop, num)]
    points.append({motor: (start + stop) / 2})
    return (yield from _steps("tune_centroid", detectors, [motor], points, None, md))


def ramp_plan(go_plan, monitor_sig, inner_plan_func, *, take_pre_data=True, timeout=None, period=None, md=None):
    @bpp.run_decorator(md=_md("ramp_plan", [], md))
    def inner():
        status = yield from go_plan()
        for _ in range(2):
            yield from inner_plan_func()
        return status
    return (yield from inner())


def fly(flyers, *, md=None):
    yield from bps.open_run(md)
    for f in flyers:
        yield from bps.kickoff(f, wait=True)
    for f in flyers:
        yield from bps.complete(f, wait=True)
    for f in flyers:
        yield from bps.collect(f)
    yield from bps.close_run()


def tweak(detector, target_field, motor, step, *, md=None):
    return (yield from _steps("tweak", [detector], [motor], [{motor: step}], None, md))


def x2x_scan(detectors, motor1, motor2, start, stop, num, *, per_step=None, md=None):
    return (yield from rel_scan(detectors, motor1, start, stop, motor2, start / 2, stop / 2, num, per_step=per_step, md=md))


rel_scan, rel_grid_scan, rel_list_scan, rel_list_grid_scan, rel_log_scan = map(_relative, (scan, grid_scan, list_scan, list_grid_scan, log_scan))
rel_spiral = lambda detectors, x, y, *a, **kw: _relative(spiral)(detectors, x, y, 0, 0, *a, **kw)  # noqa: E731
rel_spiral_fermat = lambda detectors, x, y, *a, **kw: _relative(spiral_fermat)(detectors, x, y, 0, 0, *a, **kw)  # noqa: E731
rel_spiral_square = lambda detectors, x, y, *a, **kw: _relative(spiral_square)(detectors, x, y, 0, 0, *a, **kw)  # noqa: E731
rel_adaptive_scan = lambda detectors, field, *a, **kw: _relative(lambda d, *b, **k: adaptive_scan(d, field, *b, **k))(detectors, *a, **kw)  # noqa: E731
inner_product_scan = lambda detectors, num, *args, **kw: scan(detectors, *args, num, **kw)  # noqa: E731
relative_inner_product_scan = lambda detectors, num, *args, **kw: rel_scan(detectors, *args, num, **kw)  # noqa: E731
