# builtin: -
# unresolved: -
import pandas as pd
df = pd.DataFrame({"a": [1], "b": [2]})
df.eval("c = a + b", inplace=True)
df.query("a > 0")
