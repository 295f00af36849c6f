// Package python holds the Python that ships inside the program.
//
// [Runner] is the package interlock_runner: the code that the sandbox's
// interpreter runs first, which executes one script as the real __main__ and
// reports over a socket. Its own package comment tells the protocol. It needs
// CPython 3.11 to 3.14 and nothing but the standard library.
//
// It protects against nothing: it shares a process with the script, which can
// forge whatever it says. The confinement is made before it starts.
package python

import "embed"

// Runner is the folder interlock_runner with its Python files.
//
//go:embed interlock_runner/*.py
var Runner embed.FS

// Compile is Python that, run by the runner as a script, writes the runner's own
// bytecode into the working directory, as the files that belong into
// interlock_runner/__pycache__. The bytecode fits one version of the interpreter
// and is used whatever the sources' dates. Without it the runner works as well,
// but every start compiles it anew, which takes about 8 ms.
const Compile = `import os, py_compile, sys
home = sys.modules["interlock_runner"].__path__[0]
for name in sorted(os.listdir(home)):
    if name.endswith(".py") and name != "__main__.py":
        py_compile.compile(f"{home}/{name}", f"{name[:-3]}.{sys.implementation.cache_tag}.pyc", doraise=True,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
`
