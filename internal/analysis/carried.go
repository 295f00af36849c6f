package analysis

import (
	"path"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// givenBack is what code that is not seen returns: what it was given may come back, in a thing
// of its own. A device of the control system must not get lost that way, so that
// the result is unknown where one was handed over, else an object of no interest.
func (w *walker) givenBack(of string, a arguments) value {
	for x := range a.each() {
		if carries(x.v, 3) {
			return unknown{}
		}
	}
	return &object{of: of}
}

// carries reports whether v is or holds a thing that can be written to.
func carries(v value, depth int) bool {
	if depth == 0 {
		return false
	}
	for _, x := range alternatives(v) {
		switch x := x.(type) {
		case *instance:
			if x.cls.writes() {
				return true
			}
		case *userObject:
			if x.base != nil && x.base.cls.writes() {
				return true
			}
		case *sequence:
			for _, e := range x.elems {
				if carries(e, depth-1) {
					return true
				}
			}
		case *mapping:
			for _, e := range x.vals {
				if carries(e, depth-1) {
					return true
				}
			}
		}
	}
	return false
}

// plant keeps a device that is stored in a thing of a library, which nothing here
// follows: any such thing may give it back under that name.
func (w *walker) plant(name string, v value) {
	if !carries(v, 3) {
		return
	}
	if w.planted == nil {
		w.planted = map[string]value{}
	}
	w.planted[name] = join(w.planted[name], v)
}

// raise keeps what is raised, for the handlers.
func (w *walker) raise(v value) {
	for _, x := range alternatives(v) {
		switch x.(type) {
		case *userObject, unknown:
			w.raised = join(w.raised, x)
		}
	}
}

// quietTools take the names of other commands without running them.
var quietTools = setOf(`echo printf which whereis type man apropos whatis info grep egrep fgrep rg ag ack git hg svn ls ll cat less
more head tail test [ cp mv rm ln mkdir touch chmod chown stat file diff sed awk sort uniq wc pip pip3 conda mamba apt apt-get dnf yum
brew pkill killall pgrep kill pidof ps tar zip unzip rsync scp curl wget basename dirname readlink realpath export set unset logger command`)

// launchers start the command that is among their words.
var launchers = setOf(`find parallel watch flock docker podman kubectl nerdctl singularity apptainer systemd-run conda mamba micromamba uv poetry
pixi hatch pipenv rye mpirun mpiexec srun screen tmux su runuser chroot strace ltrace gdb valgrind script busybox chrt taskset numactl nsenter
unshare start-stop-daemon bwrap firejail proot entr at batch hyperfine pdsh caffeinate winpty`)

// carriedCommand finds a command among the words of another that may start it.
// wrapped says that the words followed a wrapper, whose options may take words too.
func (w *walker) carriedCommand(argv []string, wrapped bool, api string, n *parser.Node) {
	tool := path.Base(argv[0])
	if tools, err := w.tables.commandTable(); err != nil || tools[tool] != nil || quietTools[tool] {
		return
	}
	starts := wrapped || launchers[tool]
	for i, word := range argv[1:] {
		switch {
		case w.controls(word) || starts && (isPython(path.Base(word)) || interpreters[path.Base(word)]):
			w.as(interlock.Possible, func() { w.command(argv[i+1:], api, nil, n) })
			return
		case strings.ContainsAny(word, " \t"):
			for _, inner := range shellCommands(word) {
				if len(inner) > 0 && w.controls(unwrapped(inner)[0]) {
					w.as(interlock.Possible, func() { w.command(inner, api, nil, n) })
				}
			}
		}
	}
}

// controls reports whether a word is a command of a control system.
func (w *walker) controls(word string) bool {
	tools, err := w.tables.commandTable()
	return err == nil && tools[path.Base(word)] != nil
}
