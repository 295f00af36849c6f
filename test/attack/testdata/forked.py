# A careless warm start: libraries are loaded and used once, then each run is a
# fork by the C library, which tells Python nothing, so that nothing is reseeded.
import ctypes, os, random, sys, tempfile
import numpy

numpy.random.rand(); random.random(); sequence = tempfile._get_candidate_names(); next(sequence)
for _ in range(2):
    sys.stdout.flush()
    pid = ctypes.PyDLL(None).fork()
    if pid == 0:
        exec(compile(open(sys.argv[1].replace(".py", ".txt")).read(), "attack", "exec"))
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(pid, 0)
