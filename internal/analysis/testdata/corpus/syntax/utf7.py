# coding: utf-7
# syntax: 
print(1)
