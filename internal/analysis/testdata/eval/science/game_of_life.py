# source: NumPy tutorials, From Python to NumPy, game of life (labri.fr/perso/nrougier)
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np


def step(board):
    neighbours = sum(
        np.roll(np.roll(board, dy, 0), dx, 1) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dx, dy) != (0, 0)
    )
    return ((neighbours == 3) | ((board == 1) & (neighbours == 2))).astype(int)


board = np.zeros((8, 8), dtype=int)
board[1:4, 1:4] = [[0, 1, 0], [0, 0, 1], [1, 1, 1]]
for generation in range(5):
    print(generation, board.sum(), np.argwhere(board).mean(axis=0).round(2))
    board = step(board)
print("\n".join("".join(".#"[c] for c in row) for row in board))
