// Package science runs ordinary scientific programs under the shipped default
// policy and expects that nothing gets in their way: `interlock check` allows
// them, `interlock run` ends with exit 0, nothing was refused, no limit reached.
//
// At least half are not ours: testdata/theirs.txt names scripts, test modules and
// doctests of the installed libraries. They run unmodified from where they are
// installed. What is no script by itself is started by one line of Python that
// names it (driver). A test module that needs nothing of the package around it is
// checked as well as if it had been handed in; what imports its neighbours by
// relative imports is a part of its library, and only the line is judged. The
// output must say that tests ran and passed, so a module that only skips does not
// count.
//
// The others are in testdata/ours, one folder as a person's would be, with the
// helper modules and data beside the scripts.
//
// What it does not show: that any program runs. A library's tests that compile
// code, start programs or use the network are refused, and are not in the list.
package science
