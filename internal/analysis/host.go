package analysis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// hostTable says which library calls touch files, network and processes. It is
// data/host.txt: one row a line, see its head.
type hostTable struct {
	calls   map[string][]hostRow // by dotted path
	methods map[string][]hostRow // by "root/method"; "/method" is for things of unknown origin
}

// hostRow is one effect of a call.
type hostRow struct {
	kind  string // path, shell, argv, argvs, host, address, url, install, code, pickle, unpickle, import
	arg   int
	names []string // keywords
	mode  string   // of a path: read, write, or where the mode argument is: "1,mode"; of a host: its usual port
}

func readHostTable() (*hostTable, error) {
	b, err := embedded.ReadFile("data/host.txt")
	if err != nil {
		return nil, fmt.Errorf("reading the table of host effects: %w", err)
	}
	t := &hostTable{calls: map[string][]hostRow{}, methods: map[string][]hostRow{}}
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		row, err := parseHostRow(f)
		if err != nil {
			return nil, fmt.Errorf("table of host effects: %q: %w", line, err)
		}
		for _, name := range strings.Split(f[0], "|") {
			if strings.Contains(name, "/") {
				t.methods[name] = append(t.methods[name], row)
			} else {
				t.calls[name] = append(t.calls[name], row)
			}
		}
	}
	return t, nil
}

func parseHostRow(f []string) (hostRow, error) {
	if len(f) < 3 {
		return hostRow{}, fmt.Errorf("want: name kind argument [mode]")
	}
	row := hostRow{kind: f[1], mode: "unknown"}
	pos, names, _ := strings.Cut(f[2], ",")
	if names != "" {
		row.names = strings.Split(names, ",")
	}
	var err error
	if row.arg, err = strconv.Atoi(pos); err != nil {
		return hostRow{}, err
	}
	if len(f) > 3 {
		row.mode = f[3]
	}
	return row, nil
}

// hostCall records what a library function does to the host. It returns nil
// where the table does not list it.
func (w *walker) hostCall(path string, a arguments, n *parser.Node) value {
	rows, ok := w.tables.host.calls[path]
	if !ok {
		return nil
	}
	api := strings.TrimPrefix(path, "builtins.")
	for _, r := range rows {
		w.hostEffect(r, api, a, n)
	}
	w.escapeAll(a, n, true)
	return &object{of: path}
}

// hostMethod is hostCall for a method of something that the library of module
// of made; "" is for something unknown.
func (w *walker) hostMethod(of, name string, a arguments, n *parser.Node) value {
	rows, ok := w.tables.host.methods[root(of)+"/"+name]
	if !ok {
		if rows, ok = w.tables.host.methods["/"+name]; !ok {
			return nil
		}
	}
	for _, r := range rows {
		w.hostEffect(r, strings.TrimPrefix(root(of)+"."+name, "."), a, n)
	}
	w.escapeAll(a, n, true)
	return &object{of: of}
}

func (w *walker) hostEffect(r hostRow, api string, a arguments, n *parser.Node) {
	arg, given := a.get(r.arg, r.names...)
	if !given && !a.star {
		if r.kind == "code" || r.kind == "pickle" || r.kind == "import" {
			w.opaqueCode(r, api, nil, n)
		}
		return
	}
	v := orUnknown(arg.v)
	switch r.kind {
	case "path":
		w.pathUse(v, w.modeOf(r.mode, a), api, n)
	case "shell":
		w.shellCommand(v, api, n)
	case "argv":
		w.argvCommand(v, api, a, n)
	case "argvs":
		w.argvsCommand(a.from(r.arg), api, n)
	case "host":
		host, port := r.port(v, a)
		w.endpoint(host, port, api, n)
	case "address":
		w.address(v, api, n)
	case "url":
		w.url(v, api, n)
	case "install":
		w.pipMain(v, n)
	case "code", "pickle", "import":
		w.opaqueCode(r, api, v, n)
	case "unpickle":
		if v != value(boolean(false)) {
			w.opaqueCode(hostRow{kind: "pickle"}, api, nil, n)
		}
	}
}

// port is the port of a host: the argument after it, what the host's text ends
// with, or the usual one.
func (r hostRow) port(host value, a arguments) (bare, port value) {
	given := a.value(r.arg+1, "port")
	usual, err := strconv.Atoi(r.mode)
	name, constant := asString(host)
	if err != nil || !constant || given != nil && given != value(integer(0)) {
		return host, orUnknown(given)
	}
	if name, port, ok := strings.Cut(name, ":"); ok && !strings.Contains(port, ":") {
		return str(name), str(port)
	}
	return host, integer(usual)
}

// opaqueCode is native code or data that becomes code.
func (w *walker) opaqueCode(r hostRow, api string, v value, n *parser.Node) {
	name, constant := asString(orUnknown(v))
	if r.kind == "import" {
		w.hide(api, "it loads code from elsewhere, or reaches what nothing here follows", n, true)
		return
	}
	if r.kind == "code" && (!constant || controlLibraryFile(name)) {
		w.hide(api, "native code of a control-system client may be called through it", n, true)
		return
	}
	if r.kind == "pickle" && w.pickled(v) {
		w.control = true
	}
	why := "native code is not looked into"
	if r.kind == "pickle" {
		why = "loading a pickle may run code that is in the data"
	}
	w.suspect(api, why, n, false)
}

// controlLibraryFile reports whether a shared library is one that clients of a
// control system are made of.
func controlLibraryFile(name string) bool {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	for _, part := range []string{"libca.", "libca3", "libca-", "libcom.", "ca.dll", "pvaccess", "pvaclient", "pvxs", "tango", "opcua", "open62541"} {
		if strings.Contains(base, part) {
			return true
		}
	}
	return base == "libca" || base == "ca"
}

// pickled reports whether constant bytes hold a pickle that names a symbol of a
// control-system library, or what may import one.
func (w *walker) pickled(v value) bool {
	var text string
	switch x := v.(type) {
	case octets:
		text = string(x)
	case str: // YAML
		text = string(x)
	default:
		return false
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return !(r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) {
		word = root(word)
		for _, name := range []string{word, strings.TrimPrefix(word, "c"), strings.TrimPrefix(word, "i")} { // the opcodes GLOBAL and INST
			if w.tables.library(name) != nil || slices.Contains([]string{"builtins", "os", "posix", "subprocess", "importlib", "nt"}, name) {
				return true
			}
		}
	}
	return false
}
