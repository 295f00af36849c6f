# syntax: notebook lines are not Python
# command: ls -la
!ls -la
x = 1
