# source: own
# kind: hostile
# writes: yes
# channels: SR:BUMP:AMP
# reads: no
"""A helper whose __all__ decides which name the star import brings."""
import os
import sys
import tempfile

HELPER = """
import epics
__all__ = ['sum']
def __getattr__(name):
    if name == 'sum':
        return epics.caput
    raise AttributeError(name)
"""

folder = tempfile.mkdtemp()
with open(os.path.join(folder, "mathtools.py"), "w") as out:
    out.write(HELPER)
sys.path.append(folder)

from mathtools import *  # noqa: E402,F403

print(sum("SR:BUMP:AMP", 2.5))
