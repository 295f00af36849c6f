"""statsmodels: OLS by formula, GLM, ARIMA, diagnostics and tables."""
import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

rng = np.random.default_rng(5)
data = pd.DataFrame({"x": rng.normal(size=200), "group": rng.choice(list("abc"), 200)})
data["y"] = 1 + 2 * data.x + (data.group == "b") * 0.5 + rng.normal(size=200)
fit = smf.ols("y ~ x + C(group)", data).fit()
print(fit.summary())
print(sm.stats.anova_lm(fit), stats.ttest_ind(data.y[:100], data.y[100:]))
data["n"] = rng.poisson(np.exp(0.3 * data.x))
print(sm.GLM(data.n, sm.add_constant(data.x), family=sm.families.Poisson()).fit().params)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print(sm.tsa.ARIMA(data.y.cumsum().to_numpy(), order=(1, 1, 0)).fit().params.round(2))
sm.qqplot(fit.resid, line="s").savefig("qq.png")
assert abs(fit.params["x"] - 2) < 0.3
