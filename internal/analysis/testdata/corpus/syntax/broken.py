# syntax: 
# complete: false
def f(:
    pass
