# writes: unresolved
# builtin: eval input
# unresolved: eval
eval(input("code: "))
