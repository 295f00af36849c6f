# syntax: packages come from the environment
# install: lmfit
%pip install lmfit
import lmfit
