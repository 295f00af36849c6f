// Package attack holds programs that each try one thing that a run must not be
// able to do, and proves from outside that it failed: the secret did not come
// out, no listener was reached, no file changed, nothing was left behind.
//
// A program is Python in testdata/CLASS.txtar, under a header that says what it
// tries and how success would show. It runs four ways, each a runner: in plain
// python with nothing around it, where it must succeed; by `interlock run` at both
// levels of the sandbox, and through a daemon in a copy of a warm interpreter,
// where it must fail, end clearly, and stand in the ledger. What cannot succeed in
// plain python says why in its header. Class warm tries what only a copy can, and
// succeeds against testdata/careless.py, a warm server that confines nothing.
//
// As root every program runs each time in plain python and through a daemon; alone,
// and as an ordinary user, it is one half on one day and the other on the next
// (half_test.go).
// INTERLOCK_ATTACK_ALL=1, which `make attack` sets, runs everything. The table of
// what each came to is in the log, and in the file INTERLOCK_ATTACK_TABLE names.
//
// Its targets belong to the test, so it harms nobody; what would harm the
// machine runs in a namespace of its own when nothing else holds it, and what
// uses things up stops by itself a little above the limit.
//
// Where a success leaves no trace outside (a system call that only answers),
// the program says so itself, with a word that stands nowhere else: that a
// program of ours would stay silent about its success is not considered. What
// the kernel answers call by call is tested in internal/sandbox/confine.
package attack
