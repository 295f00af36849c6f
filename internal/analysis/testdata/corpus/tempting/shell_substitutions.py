# writes: none
import os

os.system("echo `date` `hostname` $(id -u) \"$(pwd)\"")
os.system("if [ -f x ]; then X=$(cat x); fi; [[ -d y ]] && ls $(pwd) `pwd`")
os.system("for f in $(ls); do cat $(echo $f) `echo $f`; done")
