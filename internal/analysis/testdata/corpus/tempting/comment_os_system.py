# command: -
# builtin: -
# os.system("rm -rf /")
s = "subprocess.run(['ls'])"
