"""Unicode in names, files and output."""
import unicodedata
from pathlib import Path

μ, σ = 3.2, 0.4
folder = Path("Messung-Größe")
folder.mkdir()
(folder / "温度 ℃.txt").write_text(f"μ = {μ} ± {σ}\n", encoding="utf-8")
for path in folder.iterdir():
    print(path, path.read_text(encoding="utf-8"), unicodedata.normalize("NFD", path.name).encode())
print("τ β γ → ∞ 🙂")
