"""p4p.server, recording: serving is no write to equipment."""


class Server:
    def __init__(self, providers=(), isolate=False, **kw):
        self.providers = providers

    def __enter__(self):
        return self

    def __exit__(self, *a):
        return None

    def stop(self):
        return None

    def conf(self, **kw):
        return {}

    @classmethod
    def forever(cls, *a, **kw):
        return None


class StaticProvider(dict):
    def __init__(self, name=None):
        super().__init__()

    def add(self, name, pv):
        self[name] = pv

    def remove(self, name):
        self.pop(name, None)


class DynamicProvider:
    def __init__(self, name, handler):
        self.name = name
