# writes: none
# unresolved: -
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
X, y = load_iris(return_X_y=True)
clf = make_pipeline(StandardScaler(), SVC())
clf.set_params(svc__C=2.0)
print(cross_val_score(clf, X, y).mean())
