# builtin: __builtins__ eval exec open vars
import builtins
getattr(builtins, "ev" + "al")("1+1")
__builtins__.__dict__
builtins.__dict__["exec"]("x = 1")
vars(builtins)["open"]("f.txt")
