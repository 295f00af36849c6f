"""Device and its components, recording."""

import collections
import contextlib
import enum
import time
import types

from .ophydobj import Kind, OphydObject
from .signal import Signal
from .status import DeviceStatus, StatusBase, finished

ALL_COMPONENTS = object()


class Staged(enum.Enum):
    yes, no, partially = "yes", "no", "partially"


class RedundantStaging(Exception):
    """Staged already."""


def _kind(k):
    return Kind[k] if isinstance(k, str) else k


class Component:
    """A part of a device, made when the device is."""

    def __init__(self, cls, suffix=None, *, lazy=None, trigger_value=None, add_prefix=None, doc=None, kind=Kind.normal, **kwargs):
        self.cls, self.suffix, self.trigger_value, self.kwargs = cls, suffix, trigger_value, kwargs
        self.kind, self.lazy, self.doc, self.attr = _kind(kind), lazy, doc, None
        self.add_prefix = tuple(add_prefix) if add_prefix is not None else ("suffix", "write_pv")

    def __set_name__(self, owner, name):
        self.attr = name

    def __class_getitem__(cls, item):
        return cls

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        if self.attr not in obj._signals:
            obj._signals[self.attr] = self.create_component(obj)
        return obj._signals[self.attr]

    def __set__(self, obj, value):
        raise AttributeError("Use .put() or .set()")

    def maybe_add_prefix(self, obj, kw, text):
        return obj.prefix + text if kw in self.add_prefix else text

    def create_component(self, obj):
        kw = {k: self.maybe_add_prefix(obj, k, v) if isinstance(v, str) else v for k, v in self.kwargs.items()}
        if self.kwargs.get("name") is None:
            kw["name"] = f"{obj.name}_{self.attr}"
        kw.update(attr_name=self.attr, parent=obj)
        kw.setdefault("kind", self.kind)
        args = [] if self.suffix is None else [self.maybe_add_prefix(obj, "suffix", self.suffix)]
        made = self.cls(*args, **kw)
        for callback, event in obj._class_subs.get(self.attr, ()):
            made.subscribe(getattr(obj, callback), event_type=event, run=True)
        return made

    def _sub(self, event, func):
        func._subscriptions = [*getattr(func, "_subscriptions", []), (self, event)]
        return func

    def sub_value(self, func):
        return self._sub(None, func)

    sub_default = sub_value
    is_device = property(lambda self: isinstance(self.cls, type) and issubclass(self.cls, Device))
    is_signal = property(lambda self: isinstance(self.cls, type) and issubclass(self.cls, Signal))


class FormattedComponent(Component):
    """A component whose suffix is formatted with the device."""

    def maybe_add_prefix(self, obj, kw, text):
        return text.format(self=obj, **obj.__dict__) if kw in self.add_prefix else text


class DynamicDeviceComponent(Component):
    """A group of components: name -> (class, suffix, kwargs)."""

    def __init__(self, defn, *, clsname=None, doc=None, kind=Kind.normal, default_read_attrs=None, default_configuration_attrs=None, component_class=Component, base_class=None):
        self.defn, self._made = defn, None
        parts = {attr: (c if isinstance(c, Component) else component_class(c[0], c[1], **c[2])) for attr, c in defn.items()}
        super().__init__(type(clsname or "DynamicDevice", (base_class or Device,), parts), "", kind=kind)


class Device(OphydObject):
    """Components under a prefix."""

    SUB_ACQ_DONE, _default_sub = "acq_done", "acq_done"
    _default_read_attrs = _default_configuration_attrs = None
    component_names = ()
    _class_subs = {}

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        found, subs = {}, collections.defaultdict(list)
        for base in reversed(cls.__mro__):
            for name, part in vars(base).items():
                if isinstance(part, Component):
                    found[name] = part
                elif name in found:
                    del found[name]
                for component, event in getattr(part, "_subscriptions", ()) if callable(part) else ():
                    subs[component.attr].append((name, event))
        cls.component_names = tuple(found)
        cls._sig_attrs = found
        cls._class_subs = dict(subs)

    _sig_attrs = {}

    def __init__(self, prefix="", *, name=None, kind=None, read_attrs=None, configuration_attrs=None, parent=None, child_name_separator="_", attr_name="", labels=None, **kw):
        if kw:
            raise TypeError(f"__init__() got an unexpected keyword argument {next(iter(kw))!r}")
        if name is None:
            raise TypeError(f"{type(self).__name__}.__init__() missing 1 required keyword-only argument: 'name'")
        self.prefix, self._signals, self._staged = prefix, {}, Staged.no
        self.stage_sigs, self._original_vals = collections.OrderedDict(), collections.OrderedDict()
        super().__init__(name=name, parent=parent, kind=kind, attr_name=attr_name, labels=labels)
        for attr in self.component_names:
            if not self._sig_attrs[attr].lazy:
                getattr(self, attr)
        read_attrs = self._default_read_attrs if read_attrs is None else read_attrs
        if read_attrs is not None:
            self.read_attrs = read_attrs
        conf = self._default_configuration_attrs if configuration_attrs is None else configuration_attrs
        if conf is not None:
            self.configuration_attrs = conf

    def _by(self, dotted):
        one = self
        for part in dotted.split("."):
            one = getattr(one, part)
        return one

    @property
    def read_attrs(self):
        return [a for a in self.component_names if getattr(self, a).kind & Kind.normal]

    @read_attrs.setter
    def read_attrs(self, attrs):
        for a in self.component_names:
            if getattr(self, a).kind & Kind.normal and a not in attrs:
                getattr(self, a).kind = Kind.omitted
        for a in attrs:
            if not self._by(a).kind & Kind.normal:
                self._by(a).kind = Kind.normal

    @property
    def configuration_attrs(self):
        return [a for a in self.component_names if getattr(self, a).kind & Kind.config]

    @configuration_attrs.setter
    def configuration_attrs(self, attrs):
        for a in attrs:
            self._by(a).kind = Kind.config

    def walk_signals(self, *, include_lazy=False):
        for a in self.component_names:
            one = getattr(self, a)
            if isinstance(one, Device):
                yield from one.walk_signals()
            else:
                yield types.SimpleNamespace(ancestors=(self,), dotted_name=one.dotted_name, item=one)

    @classmethod
    def walk_components(cls):
        for a, c in cls._sig_attrs.items():
            yield types.SimpleNamespace(ancestors=(cls,), dotted_name=a, item=c)
            if c.is_device:
                yield from c.cls.walk_components()

    @property
    def hints(self):
        return {"fields": [f for a in self.read_attrs if getattr(self, a).kind == Kind.hinted for f in getattr(self, a).describe()]}

    def _gather(self, attrs, method):
        out = collections.OrderedDict()
        for a in attrs:
            out.update(getattr(getattr(self, a), method)())
        return out

    def read(self):
        return self._gather(self.read_attrs, "read")

    def describe(self):
        return self._gather(self.read_attrs, "describe")

    def read_configuration(self):
        out = self._gather(self.configuration_attrs, "read")
        for a in self.component_names:
            if isinstance(getattr(self, a), Device):
                out.update(getattr(self, a).read_configuration())
        return out

    def describe_configuration(self):
        return self._gather(self.configuration_attrs, "describe")

    def get(self, **kw):
        return collections.namedtuple("DeviceTuple", self.component_names)(*(getattr(self, a).get() for a in self.component_names))

    def put(self, dev_t, **kw):
        for a, v in zip(dev_t._fields, dev_t):
            getattr(self, a).put(v)

    def configure(self, d):
        old = self.read_configuration()
        for key, value in d.items():
            self._by(key).set(value).wait()
        return old, self.read_configuration()

    def trigger(self):
        for a in self.component_names:
            part = self._sig_attrs[a]
            if part.trigger_value is not None:
                getattr(self, a).put(part.trigger_value, wait=False)
        return finished(obj=self)

    def stage(self):
        if self._staged == Staged.yes:
            raise RedundantStaging(f"Device {self!r} is already staged. Unstage it first.")
        staged = []
        sigs = [(self._by(k) if isinstance(k, str) else k, v) for k, v in self.stage_sigs.items()]
        for sig, value in sigs:
            self._original_vals.setdefault(sig, sig.get())
        for sig, value in sigs:
            sig.set(value).wait()
        staged.append(self)
        for a in self.component_names:
            one = getattr(self, a)
            if hasattr(one, "stage"):
                staged.extend(one.stage())
        self._staged = Staged.yes
        return staged

    def unstage(self):
        out = []
        for a in reversed(self.component_names):
            if hasattr(getattr(self, a), "unstage"):
                out.extend(getattr(self, a).unstage())
        for sig, value in reversed(list(self._original_vals.items())):
            sig.set(value).wait()
            self._original_vals.pop(sig)
        self._staged = Staged.no
        return [*out, self]

    def stop(self, *, success=False):
        for a in self.component_names:
            if isinstance(getattr(self, a), Device):
                getattr(self, a).stop(success=success)

    def pause(self):
        return None

    resume = pause

    def _done_acquiring(self, **kw):
        self._run_subs(sub_type=self.SUB_ACQ_DONE, success=True, **kw)

    def get_device_tuple(self):
        return collections.namedtuple("DeviceTuple", self.component_names)

    def get_instantiated_signals(self):
        return ((s.dotted_name, s.item) for s in self.walk_signals())

    def summary(self):
        print(f"data keys (* hints)\n-------------------\n{', '.join(self.read_attrs)}")

    lazy_wait_for_connection = True
    subs = property(lambda self: ())


class BlueskyInterface:
    """Kept for mixins: what a plan calls."""

    def __init__(self, *a, **kw):
        super().__init__(*a, **kw)


OphydAttrList = list


class Required:
    """A component that subclasses fill."""


@contextlib.contextmanager
def kind_context(kind):
    def make(*a, **kw):
        kw.setdefault("kind", kind)
        return Component(*a, **kw)
    yield make


@contextlib.contextmanager
def do_not_wait_for_lazy_connection(device):
    yield


wait_for_lazy_connection = do_not_wait_for_lazy_connection


def required_for_connection(func=None, **kw):
    return func if func else (lambda f: f)


def create_device_from_components(name, *, docstring=None, default_read_attrs=None, default_configuration_attrs=None, base_class=Device, class_kwargs=None, **components):
    return type(name, (base_class,), components)


def make_device_from_components(*a, **kw):
    return create_device_from_components(*a, **kw)
