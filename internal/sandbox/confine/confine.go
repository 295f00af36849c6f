// Package confine holds a run with the kernel's means: namespaces, an own root,
// Landlock, seccomp, resource limits and control groups.
//
// It works in two steps. [Make] computes a [Plan] purely from what is asked
// ([Spec]) and what the host can do ([Host]); the plan can be printed and tested
// for kernels nobody here has. [Start] then turns the plan into a list of system
// calls, forks, and applies the list in the child, in this order:
//
//	supervisor ─clone(user,mnt,pid,net,ipc,uts,cgroup)─▶ init: own root, /proc, lo, Landlock rules
//	                                                      └─fork─▶ python: nested user namespace,
//	                                                               limits, no capabilities, no_new_privs,
//	                                                               Landlock, seccomp, execve
//
// The child between fork and execve is a copy of a threaded Go program, so it
// only makes the system calls on the list (fork_unsafe.go). init stays behind as
// process 1: it reaps, reports how python ended, and with it every process of the
// run dies. No program of the run's environment executes before the last step.
//
// Every listed call must succeed: one that fails ends the child, and Start's
// error names the step. What is not protected against: bugs in the kernel, side
// channels through the processor, and a host whose root user is hostile.
package confine
