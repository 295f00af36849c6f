"""joblib: a cache on disk, a loop over processes, a grid search over threads."""
import numpy as np
from joblib import Memory, Parallel, delayed, parallel_config
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

memory = Memory("cache", verbose=0)


@memory.cache
def slow_square(x):
    return x**2


if __name__ == "__main__":
    print(slow_square(np.arange(4)), slow_square(np.arange(4)))
    print(Parallel(n_jobs=2)(delayed(divmod)(i, 3) for i in range(6)))
    X, y = load_iris(return_X_y=True)
    with parallel_config("threading"):
        search = GridSearchCV(SVC(), {"C": [0.1, 1, 10]}, n_jobs=2, cv=3).fit(X, y)
    print(search.best_params_, round(search.best_score_, 3))
    assert search.best_score_ > 0.9
