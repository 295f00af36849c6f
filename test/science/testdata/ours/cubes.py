"""xarray: labelled arrays to netCDF and back."""
import numpy as np
import pandas as pd
import xarray as xr

time = pd.date_range("2026-01-01", periods=365)
rng = np.random.default_rng(0)
ds = xr.Dataset(
    {"t": (("time", "lat", "lon"), 10 + rng.normal(size=(365, 6, 8))), "p": (("time",), rng.random(365))},
    coords={"time": time, "lat": np.linspace(-60, 60, 6), "lon": np.linspace(0, 315, 8)},
    attrs={"title": "made up"},
)
monthly = ds.t.groupby("time.month").mean()
print(monthly.sel(lat=40, method="nearest").mean("lon").values.round(2), ds.t.weighted(np.cos(np.deg2rad(ds.lat))).mean().item())
ds.to_netcdf("cube.nc", engine="scipy")
with xr.open_dataset("cube.nc", engine="scipy") as again:
    xr.testing.assert_allclose(again.t, ds.t)
    print(again.interp(lat=[0.0]).t.shape)
ds.isel(time=0).to_dataframe().to_csv("day.csv")
ds
