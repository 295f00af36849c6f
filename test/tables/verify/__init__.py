"""Compares the analyser's tables with the libraries they are about.

A table that names a function which does not exist, or a keyword that the
function does not take, tells nothing about real scripts. So each library is
imported and every row is held against it: `rows` checks what the tables say,
`survey` looks for what they leave out. Nothing here talks to equipment: no
channel is connected and no function of a library is called.
"""
