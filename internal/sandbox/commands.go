package sandbox

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// commands finds the executables of the grant and refuses those that could not be
// held to: what others may write, what changes the user, and scripts whose
// interpreter is not granted itself.
func (l *layout) commands(granted []string, h confine.Host) error {
	real := map[string]string{} // granted path -> executable
	for _, name := range granted {
		file, err := l.executable(name)
		if err != nil {
			return err
		}
		real[name] = file
	}
	for _, name := range granted {
		if err := interpreterGranted(name, real); err != nil {
			return err
		}
		l.showCommand(name, real[name], h)
	}
	return nil
}

func badCommand(name, why, hint string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: "command", Code: interlock.ExitUsage,
		Message: fmt.Sprintf("commands.allow lists %s, %s", name, why), Hint: hint}
}

// executable resolves name and checks the file.
func (l *layout) executable(name string) (string, error) {
	const fix = "correct commands.allow in the policy"
	real, err := filepath.EvalSymlinks(name)
	if err != nil || !filepath.IsAbs(name) {
		return "", badCommand(name, "which does not exist here", "install it, or take it out of commands.allow")
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", badCommand(name, "which cannot be looked at: "+err.Error(), fix)
	}
	folder, err := os.Stat(filepath.Dir(real))
	switch mode := info.Mode(); {
	case err != nil || !mode.IsRegular() || mode&0o111 == 0:
		return "", badCommand(name, "which is no executable file", fix)
	case mode&(fs.ModeSetuid|fs.ModeSetgid) != 0:
		return "", badCommand(name, "which changes the user that it runs as (setuid or setgid), and no run may", fix)
	case mode&0o022 != 0:
		return "", badCommand(name, "which its group or others may write", "chmod go-w "+real)
	case folder.Mode()&0o022 != 0 && folder.Mode()&fs.ModeSticky == 0:
		return "", badCommand(name, "which lies in a folder that its group or others may write", "chmod go-w "+filepath.Dir(real))
	}
	files := l.spec.Grant.Files
	if within(real, append([]string{files.Folder}, files.Write...)) {
		return "", badCommand(name, "which lies where the run may write", "move it out of the script's folder and of filesystem.write")
	}
	return real, nil
}

// interpreterGranted looks for the program that a script (#!) is run by: the
// kernel starts that, and it must be granted like any other.
func interpreterGranted(name string, real map[string]string) error {
	words, err := interpreterOf(real[name])
	if err != nil {
		return badCommand(name, "which cannot be read: "+err.Error(), "make it readable for everybody")
	}
	if len(words) == 0 {
		return nil
	}
	file, err := filepath.EvalSymlinks(words[0])
	granted := err == nil && slices.Contains(slices.Collect(maps.Values(real)), file)
	if granted && filepath.Base(file) == "env" && len(words) > 1 {
		words = words[1:]
		granted = slices.ContainsFunc(slices.Collect(maps.Keys(real)), func(k string) bool { return filepath.Base(k) == words[0] })
	}
	if !granted {
		return badCommand(name, fmt.Sprintf("a script that %s runs, which commands.allow does not list", words[0]),
			fmt.Sprintf("add %s to commands.allow: it can then be started by itself too, with any script", words[0]))
	}
	return nil
}

// interpreterOf reads the first line of a script; nil is a file that is none.
func interpreterOf(file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 256)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return nil, err
	}
	line, isScript := strings.CutPrefix(string(head[:n]), "#!")
	if !isScript {
		return nil, nil
	}
	line, _, _ = strings.Cut(line, "\n")
	words := strings.Fields(line)
	if len(words) == 0 {
		words = []string{"/bin/sh"}
	}
	return words, nil
}

// showCommand adds the executable to what the run sees, also under the name that
// the policy uses.
func (l *layout) showCommand(name, real string, h confine.Host) {
	s := &l.spec
	s.Commands = append(s.Commands, confine.Command{Path: real, Name: name})
	s.Plain = append(s.Plain, real)
	folder, err := filepath.EvalSymlinks(filepath.Dir(name))
	if err != nil {
		return // executable has resolved it
	}
	files := s.Grant.Files
	shown := slices.Concat(h.Paths, l.env.Roots, files.Read, files.Inputs, files.Write, []string{files.Folder})
	link := filepath.Join(folder, filepath.Base(name))
	if link == real || within(link, shown) || slices.ContainsFunc(s.Links, func(x confine.Link) bool { return x.Path == link }) {
		return
	}
	s.Links = append(s.Links, confine.Link{Path: link, To: real})
}
