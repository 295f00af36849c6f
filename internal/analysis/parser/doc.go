// Package parser turns Python source into a tree that analysis can walk.
//
// A source passes two steps, both in [Parser.Parse]:
//
//   - The gate, [Check], refuses what Python could read differently from the
//     parser (other encodings, bytes that are not UTF-8, NUL) and what would
//     cost too much.
//   - Ruff's parser, compiled to WebAssembly (../../../parser holds its source
//     and recipe), runs in wazero without any import and with a memory limit. It
//     writes a flat dump, which this package reads with checks of its own.
//
// The parser knows Python 3.11 to 3.14 and, on request, IPython's escapes. A
// source that overruns its stack or memory, or hits a fault in it, stops that
// instance only: the caller gets a *GateError and the next parse a new instance.
//
// What it does not protect against: a wrong tree. It accepts a few sources that
// CPython refuses later (some rules are checked by the compiler only), so that
// the interpreter's compile() has the last word before a run. A parse that has
// begun is not interrupted by its context, as the checks for that double its
// time; the limits of the gate keep it below about a second. An instance is
// used again for other sources, so that a fault inside of it which went
// unnoticed could reach them.
package parser
