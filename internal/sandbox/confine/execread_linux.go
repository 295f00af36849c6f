package confine

import (
	"encoding/binary"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

func identify(name, file string) []executable {
	var st unix.Stat_t
	if unix.Stat(file, &st) != nil {
		return nil
	}
	return []executable{{name: name, dev: st.Dev, ino: st.Ino}}
}

func ioctl(fd int, request, argument uintptr) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, argument)
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR {
			return errno
		}
	}
}

// lookAt finds the file that a name means to a process.
func lookAt(pid int, name string) (executable, error) {
	dir := "/proc/" + strconv.Itoa(pid)
	if !path.IsAbs(name) {
		cwd, err := os.Readlink(dir + "/cwd")
		if err != nil {
			return executable{}, err
		}
		name = path.Join(cwd, name)
	}
	root, err := unix.Open(dir+"/root", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return executable{}, err
	}
	defer unix.Close(root)
	fd, err := unix.Openat2(root, name, &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return executable{}, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return executable{}, err
	}
	return executable{name: name, dev: st.Dev, ino: st.Ino}, nil
}

// groupOf is the process of a thread; a thread that starts a program becomes it.
func groupOf(thread int) int {
	if n := keyed("/proc", strconv.Itoa(thread)+"/status", "Tgid:"); n > 0 {
		return int(n)
	}
	return thread
}

// count adds e to list; false where there is no room for another one.
func count(list *[]Execution, e Execution) bool {
	for i := range *list {
		if x := &(*list)[i]; x.Path == e.Path && x.Copied == e.Copied && slices.Equal(x.Argv, e.Argv) {
			x.Count++
			return true
		}
	}
	if len(*list) >= maxExecs {
		return false
	}
	e.Count = 1
	*list = append(*list, e)
	return true
}

// readString reads a C string, at most a page of it.
func readString(mem *os.File, at uint64) string {
	var out []byte
	for len(out) < 4096 {
		// Never across a page that may be missing.
		chunk := make([]byte, 256-(at+uint64(len(out)))%256)
		n, err := mem.ReadAt(chunk, int64(at)+int64(len(out)))
		if i := slices.Index(chunk[:n], 0); i >= 0 {
			return string(append(out, chunk[:i]...))
		}
		if out = append(out, chunk[:n]...); err != nil {
			break
		}
	}
	return string(out)
}

func readArgv(mem *os.File, at uint64) (argv []string) {
	var word [8]byte
	for i := range uint64(maxArgs) {
		if _, err := mem.ReadAt(word[:], int64(at+8*i)); err != nil {
			break
		}
		p := binary.NativeEndian.Uint64(word[:])
		if p == 0 {
			break
		}
		argv = append(argv, readString(mem, p))
	}
	return cutArgv(argv)
}

func cutArgv(argv []string) []string {
	out := make([]string, 0, min(len(argv), maxArgs))
	for _, a := range argv[:min(len(argv), maxArgs)] {
		out = append(out, cutText(a))
	}
	return out
}

func cutText(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if r := []rune(s); len(r) > maxArgLen {
		return string(r[:maxArgLen]) + "…"
	}
	return s
}
