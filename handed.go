package interlock

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// What a script is handed is said on Interlock's command line, and who types
// `python3 x.py 4` otherwise leaves it out.
const (
	noArguments = "the script was given no arguments; they follow a --: `interlock run FILE -- ARGS`"
	noSockets   = "managers and the start method forkserver need unix sockets, which a run has only at level namespaces and where it is shown no folder: pass single files with --input, or share by a fork (multiprocessing.get_context(\"fork\"), its Pool, Queue and Value)"
	noInput     = "the run was given no standard input; pass a file with --stdin FILE, or what is typed or piped here with --stdin -"
)

// handedNothing is what to do about an exception that comes of arguments, input, files
// or sockets which s does not have, or "".
func (r *Result) handedNothing(s *Submission, raised *Raised) string {
	switch {
	case raised.Name == "EOFError" && raised.Message == "EOF when reading a line" && len(s.Stdin) == 0: // of pickle it is another matter
		return noInput
	case raised.Name == "IndexError" && len(s.Args) == 0 && bytes.Contains(sourceLine(s.Source, raised.Line), []byte("argv")):
		return noArguments
	case (raised.Name == "EOFError" || raised.Name == "PermissionError") && slices.ContainsFunc(raised.Traceback, needsSockets):
		return noSockets
	case raised.Name == "FileNotFoundError":
		return r.elsewhere(s, raised.Message)
	}
	return ""
}

// needsSockets reports whether a line of a traceback is where multiprocessing talks to a
// server of its own, whose end is all that its client sees of a refused socket.
func needsSockets(line string) bool {
	return strings.Contains(line, "multiprocessing/managers.py") || strings.Contains(line, "multiprocessing/forkserver.py")
}

var noRelative = regexp.MustCompile(`^\[Errno 2\] No such file or directory: '([^/'\\][^'\\]*)'$`)

// elsewhere says where a relative path begins: in the script's folder, where a file that was
// named from the caller's own folder is not.
func (r *Result) elsewhere(s *Submission, message string) string {
	m := noRelative.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	for _, in := range s.Inputs {
		if path.Base(in) == path.Base(m[1]) {
			return "the run sees it at its whole path: name it as " + in
		}
	}
	if r.Decision.Grant.Files.Folder == "" {
		return fmt.Sprintf("the run does not see the script's folder: put the script and its files in a folder of their own, or pass --input %s and name it in the code or the arguments by its whole path", path.Base(m[1]))
	}
	return fmt.Sprintf("a relative path begins in the script's folder, not in yours: for a file elsewhere pass --input %s and name it in the code or the arguments by its whole path", path.Base(m[1]))
}

// exitHint is what to do about code that ended itself with a status, or "". 2 is what
// argparse ends with after it has said what is missing.
func (r *Result) exitHint(s *Submission) string {
	parses := func(i Import) bool { return slices.Contains([]string{"argparse", "click", "typer"}, i.Module) }
	if r.Observed.Exit.Code == 2 && len(s.Args) == 0 && slices.ContainsFunc(r.Facts.Imports, parses) {
		return noArguments
	}
	return ""
}

// sourceLine is line n of source, from 1, or nil.
func sourceLine(source []byte, n int) []byte {
	lines := bytes.Split(source, []byte("\n"))
	if n < 1 || n > len(lines) {
		return nil
	}
	return lines[n-1]
}
