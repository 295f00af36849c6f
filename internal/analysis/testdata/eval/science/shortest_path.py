# source: Python documentation, heapq (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import heapq
from collections import defaultdict

EDGES = [("A", "B", 7), ("A", "C", 9), ("A", "F", 14), ("B", "C", 10), ("B", "D", 15), ("C", "D", 11), ("C", "F", 2), ("D", "E", 6), ("E", "F", 9)]


def graph(edges):
    result = defaultdict(dict)
    for a, b, length in edges:
        result[a][b] = result[b][a] = length
    return result


def shortest(nodes, start, goal):
    heap, seen = [(0, start, (start,))], set()
    while heap:
        length, node, path = heapq.heappop(heap)
        if node == goal:
            return length, path
        if node in seen:
            continue
        seen.add(node)
        for other, extra in nodes[node].items():
            if other not in seen:
                heapq.heappush(heap, (length + extra, other, path + (other,)))
    raise LookupError(f"no path from {start} to {goal}")


print(shortest(graph(EDGES), "A", "E"))
