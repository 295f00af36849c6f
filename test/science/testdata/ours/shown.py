"""What a notebook shows: tables, HTML, Markdown, figures, results, artifacts."""
import matplotlib.pyplot as plt
import pandas as pd

frame = pd.DataFrame({"energy": [7.1, 7.2], "counts": [100, 140]})
display(frame)


class Badge:
    def _repr_html_(self):
        return "<b>done</b>"


display(Badge())
frame.plot.bar(x="energy", y="counts")
plt.title("counts")
plt.show()
frame.to_json("counts.json", orient="records")
save_artifact("counts.json", "the counts")
results = {"peak": float(frame.counts.max()), "rows": len(frame)}
frame
