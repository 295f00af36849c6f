# command: whoami
# command: date
import random, logging
random._os.system("whoami")
logging.os.popen("date")
