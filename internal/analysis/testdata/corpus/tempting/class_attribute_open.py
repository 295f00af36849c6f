# builtin: -
class Valve:
    open = False
    def exec(self):
        return self.open
v = Valve()
v.exec()
