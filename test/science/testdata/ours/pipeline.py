"""scikit-learn: a pipeline, cross validation, a saved model."""
import joblib
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
train, test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
scale = ColumnTransformer([("scale", StandardScaler(), list(X.columns[:20]))], remainder="passthrough")
model = make_pipeline(scale, StandardScaler(), LogisticRegression(max_iter=500)).fit(train, y_train)
print(classification_report(y_test, model.predict(test)))
joblib.dump(model, "model.joblib")
assert (joblib.load("model.joblib").predict(test) == model.predict(test)).all()
A, b = make_classification(300, random_state=1)
print(np.mean(cross_val_score(RandomForestClassifier(20, random_state=0), A, b, cv=3)))
model
