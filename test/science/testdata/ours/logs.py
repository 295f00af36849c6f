"""Logging to a rotating file and the console, with exceptions and warnings."""
import logging
import logging.config
import logging.handlers
import warnings

logging.config.dictConfig({
    "version": 1,
    "formatters": {"f": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
    "handlers": {
        "file": {"class": "logging.handlers.RotatingFileHandler", "filename": "scan.log", "maxBytes": 2000,
                 "backupCount": 2, "formatter": "f"},
        "console": {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "f"},
    },
    "root": {"level": "DEBUG", "handlers": ["file", "console"]},
})
log = logging.getLogger("scan")
logging.captureWarnings(True)
for step in range(60):
    log.info("step %d of %d", step, 60)
warnings.warn("the detector is warm", stacklevel=1)
try:
    1 / 0
except ZeroDivisionError:
    log.exception("step failed")
logging.shutdown()
text = open("scan.log").read()
assert "ZeroDivisionError" in text and open("scan.log.1").read()
