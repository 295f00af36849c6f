# writes: definite
# written: exact LW:1
import logging, epics
log = logging.getLogger(__name__)
class Client:
    def __init__(self, dry_run=False):
        self.dry_run = dry_run
    def put(self, pv, value):
        if self.dry_run:
            log.info("would put %s", pv)
            return
        epics.caput(pv, value)
Client().put("LW:1", 1)
