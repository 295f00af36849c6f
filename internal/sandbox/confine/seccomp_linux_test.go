package confine

import (
	"encoding/binary"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// verdict runs the assembled program on one call. The simulator reads words as
// the network orders them, so the data is laid out that way.
func verdict(t *testing.T, f Filter, arch uint32, nr int, args ...uint64) uint32 {
	t.Helper()
	raw, err := f.assemble(auditArch, numbers(), errnos)
	if err != nil {
		t.Fatal(err)
	}
	prog, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatal("the program does not disassemble")
	}
	vm, err := bpf.NewVM(prog)
	if err != nil {
		t.Fatal(err)
	}
	data := make([]byte, 64)
	binary.BigEndian.PutUint32(data[offsetNr:], uint32(nr))
	binary.BigEndian.PutUint32(data[offsetArch:], arch)
	for i, a := range args {
		binary.BigEndian.PutUint32(data[offsetArgs+8*i:], uint32(a))
	}
	n, err := vm.Run(data)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}

// TestFilter (P9): the program permits what is listed, by argument where a case
// says so, and answers everything else.
func TestFilter(t *testing.T) {
	own, shown, bare := MakeFilter("amd64", true, true, 7), MakeFilter("amd64", true, false, 7), MakeFilter("amd64", false, true, 3)
	const eperm = retErrno | 1
	for name, tc := range map[string]struct {
		filter Filter
		nr     int
		args   []uint64
		want   uint32
	}{
		"read":                     {own, unix.SYS_READ, nil, retAllow},
		"execve":                   {own, unix.SYS_EXECVE, nil, retAllow},
		"ptrace":                   {own, unix.SYS_PTRACE, nil, eperm},
		"mount":                    {own, unix.SYS_MOUNT, nil, eperm},
		"unshare":                  {own, unix.SYS_UNSHARE, nil, eperm},
		"bpf":                      {own, unix.SYS_BPF, nil, eperm},
		"userfaultfd":              {own, unix.SYS_USERFAULTFD, nil, eperm},
		"perf_event_open":          {own, unix.SYS_PERF_EVENT_OPEN, nil, eperm},
		"keyctl":                   {own, unix.SYS_KEYCTL, nil, eperm},
		"add_key":                  {own, unix.SYS_ADD_KEY, nil, eperm},
		"process_vm_writev":        {own, unix.SYS_PROCESS_VM_WRITEV, nil, eperm},
		"execveat":                 {own, unix.SYS_EXECVEAT, nil, eperm},
		"shmget":                   {own, unix.SYS_SHMGET, nil, eperm},
		"mq_open":                  {own, unix.SYS_MQ_OPEN, nil, eperm},
		"setxattr":                 {own, unix.SYS_SETXATTR, nil, retErrno | 95},
		"clone3":                   {own, unix.SYS_CLONE3, nil, retErrno | 38},
		"io_uring_setup":           {own, unix.SYS_IO_URING_SETUP, nil, retErrno | 38},
		"memfd_create":             {own, unix.SYS_MEMFD_CREATE, nil, retErrno | 38},
		"fork by clone":            {own, unix.SYS_CLONE, []uint64{17}, retAllow},
		"clone with a namespace":   {own, unix.SYS_CLONE, []uint64{unix.CLONE_NEWUSER | 17}, eperm},
		"ioctl TCGETS":             {own, unix.SYS_IOCTL, []uint64{0, unix.TCGETS}, retAllow},
		"ioctl TIOCSTI":            {own, unix.SYS_IOCTL, []uint64{0, unix.TIOCSTI}, retErrno | 25},
		"TCP":                      {own, unix.SYS_SOCKET, []uint64{2, 1 | unix.SOCK_CLOEXEC, 6}, retAllow},
		"MPTCP":                    {own, unix.SYS_SOCKET, []uint64{2, 1, 262}, retErrno | 13},
		"raw socket":               {own, unix.SYS_SOCKET, []uint64{2, 3, 0}, retErrno | 13},
		"netlink":                  {own, unix.SYS_SOCKET, []uint64{16, 2, 0}, retErrno | 13},
		"vsock":                    {own, unix.SYS_SOCKET, []uint64{40, 1, 0}, retErrno | 13},
		"unix pair":                {own, unix.SYS_SOCKETPAIR, []uint64{1, 1, 0}, retAllow},
		"unix socket":              {own, unix.SYS_SOCKET, []uint64{1, 1, 0}, retAllow},
		"unix socket, folders":     {shown, unix.SYS_SOCKET, []uint64{1, 1, 0}, retErrno | 13},
		"TCP, folders":             {shown, unix.SYS_SOCKET, []uint64{10, 1, 0}, retAllow},
		"unix pair, folders":       {shown, unix.SYS_SOCKETPAIR, []uint64{1, 1 | unix.SOCK_CLOEXEC, 0}, retAllow},
		"datagram pair, folders":   {shown, unix.SYS_SOCKETPAIR, []uint64{1, 2, 0}, retErrno | 13},
		"unix pair under Landlock": {bare, unix.SYS_SOCKETPAIR, []uint64{1, 5, 0}, retAllow},
		"datagrams under Landlock": {bare, unix.SYS_SOCKETPAIR, []uint64{1, 2, 0}, retErrno | 13},
		"raw pair under Landlock":  {bare, unix.SYS_SOCKETPAIR, []uint64{1, 3, 0}, retErrno | 13},
		"a lock":                   {own, unix.SYS_FCNTL, []uint64{3, unix.F_OFD_SETLK}, retAllow},
		"a lease":                  {own, unix.SYS_FCNTL, []uint64{3, unix.F_SETLEASE}, retErrno | 22},
		"a watch":                  {own, unix.SYS_FCNTL, []uint64{3, unix.F_NOTIFY}, retErrno | 22},
		"an owner to signal":       {bare, unix.SYS_FCNTL, []uint64{3, unix.F_SETOWN}, retErrno | 22},
		"the signal of an owner":   {bare, unix.SYS_FCNTL, []uint64{3, unix.F_SETSIG}, retErrno | 22},
		"a buffer under Landlock":  {bare, unix.SYS_SETSOCKOPT, []uint64{3, 1, unix.SO_SNDBUF}, retErrno | 13},
		"a time limit of a socket": {bare, unix.SYS_SETSOCKOPT, []uint64{3, 1, unix.SO_RCVTIMEO}, retAllow},
		"a buffer":                 {own, unix.SYS_SETSOCKOPT, []uint64{3, 1, unix.SO_SNDBUF}, retAllow},
		"prctl dumpable":           {own, unix.SYS_PRCTL, []uint64{unix.PR_SET_DUMPABLE}, eperm},
		"prctl name":               {own, unix.SYS_PRCTL, []uint64{unix.PR_SET_NAME}, retAllow},
		"no randomisation":         {own, unix.SYS_PERSONALITY, []uint64{0x0040000}, eperm},
		"chmod":                    {own, unix.SYS_FCHMODAT, nil, retAllow},
		"chmod under Landlock":     {bare, unix.SYS_FCHMODAT, nil, eperm},
		"a socket under Landlock":  {bare, unix.SYS_SOCKET, []uint64{1, 1, 0}, retErrno | 13},
		"a signal, unscoped":       {bare, unix.SYS_KILL, nil, eperm},
		"x32":                      {own, unix.SYS_READ | x32Bit, nil, retKill},
		"a call beyond all tables": {own, 100000, nil, eperm},
	} {
		t.Run(name, func(t *testing.T) {
			if got := verdict(t, tc.filter, auditArch, tc.nr, tc.args...); got != tc.want {
				t.Errorf("answer %#x, want %#x", got, tc.want)
			}
		})
	}
	if got := verdict(t, own, 0x40000003, unix.SYS_READ); got != retKill {
		t.Errorf("a 32-bit call answers %#x", got)
	}
}

// TestFilterAllows exactly what it lists, over all numbers.
func TestFilterAllows(t *testing.T) {
	f := MakeFilter("amd64", true, true, 7)
	f.Cases = nil
	listed := map[int]bool{}
	for _, name := range f.Allow {
		if nr, ok := numbers()[name]; ok {
			listed[nr] = true
		} else {
			t.Logf("%s does not exist on this architecture", name)
		}
	}
	for nr := range 600 {
		if got := verdict(t, f, auditArch, nr) == retAllow; got != listed[nr] {
			t.Errorf("call %d: allowed %v, listed %v", nr, got, listed[nr])
		}
	}
}
