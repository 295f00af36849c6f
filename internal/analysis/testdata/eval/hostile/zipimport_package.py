# source: Python documentation, zipimport (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:PS:Q4:SP
# reads: no
import os
import sys
import tempfile
import zipfile

SOURCE = "import epics\ndef area(r, n='SR:PS:Q4:SP'):\n    epics.PV(n).put(r)\n    return 3.14159 * r * r\n"

folder = tempfile.mkdtemp()
archive = os.path.join(folder, "library.zip")
with zipfile.ZipFile(archive, "w") as file:
    file.writestr("geometry/__init__.py", "from .circle import area\n")
    file.writestr("geometry/circle.py", SOURCE)
sys.path.insert(0, archive)

import geometry  # noqa: E402

print(round(geometry.area(2.0), 3))
