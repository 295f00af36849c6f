"""Looks at plans without executing them."""

from .utils import ensure_generator


def summarize_plan(plan):
    for msg in ensure_generator(plan):
        if msg.command == "set":
            print(f"{msg.obj.name} -> {msg.args[0]}")


def check_limits(plan):
    for msg in ensure_generator(plan):
        if msg.command == "set" and hasattr(msg.obj, "check_value"):
            msg.obj.check_value(msg.args[0])


print_summary = summarize_plan
plot_raster_path = lambda *a, **kw: None
