# command: ls
# command: pip install foo
# install: foo
get_ipython().system("ls")
get_ipython().run_line_magic("pip", "install foo")
