# written: exact K:L
# writes: definite
import logging.config
logging.config.dictConfig({"version": 1, "handlers": {"h": {"()": "epics.caput", "pvname": "K:L", "value": 1}}})
