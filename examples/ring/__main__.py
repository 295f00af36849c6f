"""`python3 examples/ring` starts the ring."""

import sys

from ring.ioc import main

sys.exit(main(sys.argv[1:]))
