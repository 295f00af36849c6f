# writes: none
# complete: true
import logging.config
logging.config.dictConfig({"version": 1, "formatters": {"f": {"format": "%(message)s"}}, "handlers": {"h": {"class": "logging.StreamHandler", "formatter": "f", "stream": "ext://sys.stdout"}}, "root": {"handlers": ["h"]}})
