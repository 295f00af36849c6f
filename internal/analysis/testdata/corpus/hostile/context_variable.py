# writes: possible
import contextvars, epics
do = contextvars.ContextVar("do")
do.set(epics.caput)
do.get()("CV:1", 1)
