# builtin: -
# unresolved: -
def eval(model, data):
    return model(data)
def open(door):
    return door
print(eval(lambda d: d, [1]), open("red"))
