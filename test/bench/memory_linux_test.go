package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// memory is what the kernel counts of processes, in KiB.
type memory struct{ Private, PSS, RSS int64 }

// kept is the memory of a daemon that does nothing, with its warm interpreters.
type kept struct {
	daemon   memory
	zygote   memory
	child    memory // one idle child that is confined and waits: median of private memory
	init     memory // the small process that each child has as the first of its namespace
	tables   int64  // KiB of page tables of that child
	children int
}

// smaps reads the sums of a process's mappings.
func smaps(pid int) (m memory, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return m, err
	}
	m.Private = field(text, "Private_Clean") + field(text, "Private_Dirty")
	m.PSS, m.RSS = field(text, "Pss"), field(text, "Rss")
	return m, nil
}

// field is the number of the line that begins with name and a colon.
func field(text []byte, name string) int64 {
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			n, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64) // the kernel writes numbers
			return n
		}
	}
	return 0
}

// children are the processes of which pid is the parent.
func children(pid int) (out []int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // fails only on a bad pattern
	for _, name := range files {
		text, _ := os.ReadFile(name) // of a thread that has ended: none
		for word := range strings.FieldsSeq(string(text)) {
			if n, err := strconv.Atoi(word); err == nil {
				out = append(out, n)
			}
		}
	}
	return out
}

// memoryOf looks at an idle daemon: below it is the zygote, the largest of its
// processes; below that are the children, and a process with one init for each.
func memoryOf(pid int) (k kept, err error) {
	if k.daemon, err = smaps(pid); err != nil {
		return k, err
	}
	zygote, all := 0, descendants(pid)
	for _, p := range all {
		if m, err := smaps(p); err == nil && m.RSS > k.zygote.RSS {
			zygote, k.zygote = p, m
		}
	}
	var runners, inits []memory
	var tables []int64
	for _, p := range children(zygote) {
		if below := children(p); len(below) > 0 {
			for _, i := range below {
				m, _ := smaps(i)
				inits = append(inits, m)
			}
			continue
		}
		m, _ := smaps(p)
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
		runners, tables = append(runners, m), append(tables, field(status, "VmPTE"))
	}
	if len(runners) == 0 {
		return k, errors.New("no warm child was found below the daemon")
	}
	slices.Sort(tables)
	k.child, k.init, k.children, k.tables = middle(runners), middle(inits), len(runners), tables[len(tables)/2]
	return k, nil
}

func descendants(pid int) (all []int) {
	for _, p := range children(pid) {
		all = append(append(all, p), descendants(p)...)
	}
	return all
}

// middle is the median by private memory.
func middle(all []memory) memory {
	if len(all) == 0 {
		return memory{}
	}
	slices.SortFunc(all, func(a, b memory) int { return int(a.Private - b.Private) })
	return all[len(all)/2]
}
