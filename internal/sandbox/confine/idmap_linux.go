package confine

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// ownedTree returns a detached copy of folder in which root's files belong to
// the run's user. A supervisor that is root gives its identity up for the run,
// and the script's folder, which is root's, must stay its own: readable, and
// writable in the overlay. It returns nil where kernel or file system cannot:
// then root's files can be read as far as their mode permits, and not overwritten.
// ns is mappingNamespace's.
func ownedTree(folder string, ns int) (*os.File, error) {
	tree, err := unix.OpenTree(unix.AT_FDCWD, folder, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", folder, err)
	}
	attr := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP | unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV,
		Propagation: unix.MS_PRIVATE, Userns_fd: uint64(ns)}
	if err := unix.MountSetattr(tree, "", unix.AT_EMPTY_PATH, attr); err != nil {
		unix.Close(tree)
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) {
			return nil, nil
		}
		return nil, fmt.Errorf("mapping the owner of %s: %w", folder, err)
	}
	return os.NewFile(uintptr(tree), folder), nil
}

// mappingNamespace makes a user namespace in which root is the run's user. The
// process that it is made with only waits, and is killed.
func mappingNamespace(u User) (*os.File, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe: %w", err)
	}
	defer read.Close()
	defer write.Close()
	b := &builder{}
	b.add("asking to die with the supervisor", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	b.add("waiting", unix.SYS_READ, read.Fd(), b.data(make([]byte, 1)), 1)
	l := &launch{flags: unix.CLONE_NEWUSER, reportFD: ^uintptr(0), init: calls(&b.program), keep: b.keep}
	l.argv, l.envp = pointers([]string{absent}), pointers(nil)
	l.path = l.argv[0]
	pid, err := l.start()
	if err != nil {
		return nil, fmt.Errorf("creating a user namespace: %w", err)
	}
	defer func() {
		_ = unix.Kill(pid, unix.SIGKILL)
		_, _ = unix.Wait4(pid, nil, 0, nil)
	}()
	dir := "/proc/" + strconv.Itoa(pid)
	for name, id := range map[string]int{"uid_map": u.Host, "gid_map": u.Group} {
		if err := os.WriteFile(dir+"/"+name, []byte(fmt.Sprintf("0 %d 1", id)), 0); err != nil {
			return nil, fmt.Errorf("mapping the run's user: %w", err)
		}
	}
	return os.Open(dir + "/ns/user")
}
