# endpoint: data.example.org:443
# path: -
import pandas as pd
pd.read_csv("https://data.example.org/x.csv")
