# source: Python documentation, logging cookbook (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import logging
import logging.handlers
import pathlib
import tempfile

folder = tempfile.TemporaryDirectory()
path = pathlib.Path(folder.name, "analysis.log")
handler = logging.handlers.RotatingFileHandler(path, maxBytes=2000, backupCount=2)
handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

log = logging.getLogger("analysis")
log.setLevel(logging.DEBUG)
log.addHandler(handler)

for step in range(60):
    log.debug("step %d of 60", step)
    if step % 20 == 0:
        log.warning("checkpoint at %d", step)
try:
    1 / 0
except ZeroDivisionError:
    log.exception("the expected fault")
handler.close()
print(sorted(p.name for p in pathlib.Path(folder.name).iterdir()))
folder.cleanup()
