# builtin: -
def draw(open, close, input):
    return open + close + input
print(draw(1, 2, 3))
