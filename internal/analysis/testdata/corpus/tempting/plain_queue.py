# writes: none
# access: -
# unresolved: -
import queue, threading
q = queue.Queue()
def work():
    while True:
        item = q.get()
        q.task_done()
threading.Thread(target=work, daemon=True).start()
for i in range(5):
    q.put(i)
q.join()
