"""The Python half of a run: it executes one script as the real ``__main__``.

The supervisor starts ``__main__.py`` inside the sandbox with one inherited
socket, and the two speak frames (see channel.py)::

    runner                         supervisor
      ready  ------------------------>
             <------------------------ run        (or end of file: refused, so leave)
      display, figure, denied  ------->            as they happen
      figure, results, error, end ---->            when the script has ended

Everything is loaded before ``ready``, so that it overlaps with the analysis of
the script, and nothing is loaded that a plain script does not need: figures,
tracebacks and results import their modules when they are first wanted.

What this does not protect against: the script shares this process. It can send
any frame, close the socket, and step around the guards (guards.py), which exist
for a clear error message. What holds is the kernel's confinement, made before
the first line here runs, and the supervisor's own observations.
"""
