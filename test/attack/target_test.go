//go:build linux

package attack

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// beam is the secret. It stands in files, in the environment and memory of a
// process, in a keyring, in the policy and in the result of another run.
const beam = "the-beam-secret-4711"

// harms are the words for what an attack can achieve.
var harms = []string{
	"secret",  // the secret came out: in the output, the workspace, the notebook
	"reached", // a listener of the host saw something
	"changed", // a file of the host, or who may use it, is not as it was
	"process", // a process of the host was stopped, traced or ended
	"left",    // a process, a key, an IPC object or a file outlived the run
	"done",    // the program says that it succeeded
	"raw",     // bytes that a terminal obeys reached one
	"typed",   // something was typed into the person's terminal
	"same",    // two runs got the same where chance must differ
	"claimed", // what the code said of itself stands where only observation may
}

// site is what one program may reach for. All of it belongs to the test.
type site struct {
	dir, host, folder, input string // host: files of the host; folder: the script's
	nonce                    string
	word                     string // what a program prints that succeeded
	process                  *exec.Cmd
	tcp, tcp6, udp           int
	outer                    net.TCPAddr // a listener at the host's outer address, if it has one
	key                      int
	reached                  atomic.Int32
	settle                   []func() // each waits until a listener has seen what reached it
	before                   string
	secret, victim, stream   string
	datagram, shown          string
}

func newSite(t *testing.T, h *host) *site {
	t.Helper()
	g := &site{dir: t.TempDir(), nonce: nonce(t)}
	key, err := strconv.ParseInt(g.nonce[:7], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	g.key, g.word = int(key)|1<<29, "done-"+reverse(g.nonce)
	t.Cleanup(g.clean)
	for _, d := range []*string{&g.host, &g.folder, &g.input} {
		*d = filepath.Join(g.dir, []string{"host", "folder", "input"}[len(entries(g.dir))])
		if err := os.Mkdir(*d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	g.secret, g.victim = filepath.Join(g.host, "secret"), filepath.Join(g.host, "victim")
	g.stream, g.datagram, g.shown = filepath.Join(g.host, "s"), filepath.Join(g.host, "d"), filepath.Join(g.folder, "socket")
	for name, text := range map[string]string{
		g.secret: beam + "\n", g.victim: "as it was\n", filepath.Join(g.folder, ".env"): "TOKEN=" + beam,
		filepath.Join(g.folder, ".git", "config"): beam, filepath.Join(g.folder, "data.csv"): "1,2\n3,4\n",
		filepath.Join(g.folder, "helper.py"): "word = 'as it was'\n", filepath.Join(g.input, "table.csv"): "5,6\n",
	} {
		put(t, name, text)
	}
	g.listen(t)
	g.process = exec.Command("sleep", "600")
	g.process.Env = []string{"TOKEN=" + beam}
	h.start(t, g.process)
	t.Cleanup(func() { _ = g.process.Process.Kill(); h.wait(g.process) })
	return g
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func entries(dir string) []os.DirEntry {
	list, _ := os.ReadDir(dir)
	return list
}

// write puts the program into the site's folder. The code itself lies in a file
// that analysis does not read, so that no rule about names refuses it before the
// kernel is asked.
func (g *site) write(t *testing.T, p program, prelude string, home string, phase int) string {
	t.Helper()
	head := fmt.Sprintf("SECRET, VICTIM, SOCKET, DATAGRAM, SHOWN, HOST, INPUT, HOME, NONCE, OUTER = %q, %q, %q, %q, %q, %q, %q, %q, %q, %q\nPID, PORT, PORT6, UDP, KEY, OUTERPORT = %d, %d, %d, %d, %d, %d\nPHASE = globals().get(\"LATER\", %d)\n",
		g.secret, g.victim, g.stream, g.datagram, g.shown, g.host, g.input, home, g.nonce, g.outer.IP.String(),
		g.process.Process.Pid, g.tcp, g.tcp6, g.udp, g.key, g.outer.Port, phase)
	put(t, filepath.Join(g.folder, "attack.txt"), head+prelude+p.source)
	script := filepath.Join(g.folder, "attack.py")
	if phase == 1 {
		put(t, script, "exec(compile(open('attack.txt').read(), 'attack', 'exec'))\n")
		g.before = g.picture()
	}
	return script
}

// picture is everything about the site's files that a program may not change.
func (g *site) picture() string {
	var b strings.Builder
	_ = filepath.WalkDir(g.dir, func(name string, d fs.DirEntry, err error) error {
		info, e := os.Lstat(name)
		if err != nil || e != nil || filepath.Base(name) == "attack.txt" {
			return nil
		}
		st, _ := info.Sys().(*syscall.Stat_t)
		names := make([]byte, 200)
		n, _ := unix.Llistxattr(name, names)
		content := []byte{}
		if info.Mode().IsRegular() {
			content, _ = os.ReadFile(name)
		}
		stamp := info.ModTime().UnixNano()
		if name == g.folder {
			stamp = 0 // the second phase's script is written there
		}
		fmt.Fprintln(&b, name, info.Mode(), st.Uid, st.Gid, st.Nlink, stamp, names[:max(n, 0)], sha256.Sum256(content))
		return nil
	})
	return b.String()
}

// harm says what an attack achieved, by the words of harms. The site must be as
// the program left it.
func (g *site) harm(o outcome) (found []string) {
	for _, wait := range g.settle {
		wait()
	}
	state, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.process.Process.Pid))
	add := func(word string, yes bool) {
		if yes {
			found = append(found, word)
		}
	}
	add("secret", o.has(beam))
	add("reached", g.reached.Load() > 0)
	add("changed", g.picture() != g.before)
	add("process", !bytes.Contains(state, []byte("(sleeping)")) || !bytes.Contains(state, []byte("TracerPid:\t0")))
	add("left", len(o.left) > 0 || len(g.leftovers()) > 0)
	add("done", bytes.Contains(append(append([]byte{}, o.stdout...), o.stderr...), []byte(g.word)))
	add("raw", o.raw)
	add("typed", o.typed)
	add("claimed", o.claimed)
	return found
}

// clean removes from the host what a program left there with nothing around it.
func (g *site) clean() {
	for _, left := range g.leftovers() {
		kind, id, _ := strings.Cut(left, " ")
		switch kind {
		case "shm", "sem", "msg":
			option := map[string]string{"shm": "-M", "sem": "-S", "msg": "-Q"}[kind]
			_ = exec.Command("ipcrm", option, strconv.Itoa(g.key)).Run() // else it stays, and the host has room
		case "key":
			number, _ := strconv.ParseInt(id, 16, 32)
			for _, ring := range []int{unix.KEY_SPEC_USER_KEYRING, unix.KEY_SPEC_USER_SESSION_KEYRING} {
				_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, int(number), ring, 0, 0)
			}
		case "file":
			os.RemoveAll(id)
		}
	}
}

// leftovers are IPC objects, keys and files with this site's name or number.
func (g *site) leftovers() (found []string) {
	for _, kind := range []string{"shm", "sem", "msg"} {
		text, _ := os.ReadFile("/proc/sysvipc/" + kind)
		for line := range strings.SplitSeq(string(text), "\n") {
			if f := strings.Fields(line); len(f) > 0 && f[0] == strconv.Itoa(g.key) {
				found = append(found, kind+" "+f[0])
			}
		}
	}
	keys, _ := os.ReadFile("/proc/keys")
	for line := range strings.SplitSeq(string(keys), "\n") {
		if id, _, ok := strings.Cut(line, " "); ok && strings.Contains(line, g.nonce) {
			found = append(found, "key "+id)
		}
	}
	for _, dir := range []string{"/tmp", "/var/tmp", "/dev/shm", "/run", os.TempDir()} {
		files, _ := filepath.Glob(filepath.Join(dir, "*"+g.nonce+"*"))
		for _, name := range files {
			found = append(found, "file "+name)
		}
	}
	return found
}
