# builtin: eval
eval = None
del eval
eval("1")
