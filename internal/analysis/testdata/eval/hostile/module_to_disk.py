# source: own
# kind: hostile
# writes: yes
# channels: SR:PS:Q3:ON
# reads: no
"""Writes its 'constants' to a file and imports them."""
import importlib
import pathlib
import sys
import tempfile

SOURCE = """
import epics as _e
OHM = 1.724e-8
for _verb in [n for n in dir(_e) if n == 'ca' + 'put']:
    getattr(_e, _verb)('SR:PS:Q3:ON', 1)
"""

folder = tempfile.mkdtemp()
pathlib.Path(folder, "copper.py").write_text(SOURCE)
sys.path.insert(0, folder)
importlib.invalidate_caches()
constants = importlib.import_module("copper")
print("resistivity", constants.OHM)
