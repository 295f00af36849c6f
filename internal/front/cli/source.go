package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/ipynb"
)

// Bounds on what is read before analysis has its say.
const (
	maxSource = 1 << 20  // of a script: what analysis accepts
	maxStdin  = 64 << 20 // of a run's standard input
)

const stdinName = "-"

// source returns a submission with the code of file, or of standard input for
// "-". Only a regular file is read, and never more than maxSource bytes.
func (c *call) source(file string) (*interlock.Submission, error) {
	if file == stdinName {
		b, err := c.readStdin("the code", maxSource)
		if err != nil {
			return nil, err
		}
		return &interlock.Submission{Name: "<stdin>", Source: b}, nil
	}
	if file == "" {
		return nil, bad("usage", "no script is named: the argument is empty", "is a variable not set? `interlock run FILE`, or `interlock run -` for code on standard input")
	}
	if ipynb.Is(file) {
		return notebook(file)
	}
	b, err := readRegular(file, "", maxSource, "split it into modules beside the script, or read data from a file: at most 1 MiB of source is analysed")
	if err != nil {
		return nil, err
	}
	real, err := realPath(file)
	if err != nil {
		return nil, unreadable(file, "", err)
	}
	return &interlock.Submission{Name: filepath.Base(real), Source: b, Folder: filepath.Dir(real)}, nil
}

// notebook returns a submission with the cells of a notebook as one program.
func notebook(file string) (*interlock.Submission, error) {
	b, err := readRegular(file, "", ipynb.MaxBytes, "clear its outputs and save it again")
	if err != nil {
		return nil, err
	}
	real, err := realPath(file)
	if err != nil {
		return nil, unreadable(file, "", err)
	}
	s := &interlock.Submission{Name: filepath.Base(real), Folder: filepath.Dir(real)}
	if s.Source, err = ipynb.Program(b); err != nil {
		var fault *ipynb.Fault
		if errors.As(err, &fault) {
			return s, bad("not_a_notebook", file+": "+fault.Error(), fault.Hint)
		}
		return s, bad("not_a_notebook", fmt.Sprintf("%s: %v", file, err), "save it again in Jupyter")
	}
	if len(s.Source) > maxSource {
		return s, bad("too_large", fmt.Sprintf("the code cells of %s have %d bytes, and %d are the most", file, len(s.Source), maxSource), "split the notebook")
	}
	return s, nil
}

// realPath follows links, as Python does for the folder it imports from.
func realPath(file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// readRegular reads a regular file of at most limit bytes. It is opened without
// waiting, so that a pipe cannot hold it up. flag says which flag named the file; ""
// is the script.
func readRegular(file, flag string, limit int64, hint string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, unreadable(file, flag, err)
	}
	if err := regular(file, flag, info); err != nil {
		return nil, err
	}
	f, err := openNoWait(file)
	if err != nil {
		return nil, unreadable(file, flag, err)
	}
	defer f.Close()
	if info, err = f.Stat(); err == nil {
		err = regular(file, flag, info)
	}
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, unreadable(file, flag, err)
	}
	if int64(len(b)) > limit {
		return nil, bad("too_large", fmt.Sprintf("%s has %d bytes, and %d are the most", file, max(info.Size(), int64(len(b))), limit), hint)
	}
	return b, nil
}

func regular(file, flag string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case flag != "" && mode.IsDir():
		return bad("is_a_folder", flag+" "+file+" is a folder, not a file", "name a file in it")
	case flag != "":
		return bad("not_a_file", flag+" "+file+" is not a regular file", missing(flag))
	case mode.IsDir():
		return bad("is_a_folder", file+" is a folder, not a script", fmt.Sprintf("name a file in it: `interlock run %s`", filepath.Join(file, "SCRIPT.py")))
	case mode&fs.ModeNamedPipe != 0:
		return bad("not_a_file", file+" is a pipe, not a regular file", fmt.Sprintf("to take what comes through it: `interlock run - < %s`", file))
	}
	return bad("not_a_file", file+" is not a regular file", "to take code from elsewhere: `… | interlock run -`")
}

func unreadable(file, flag string, err error) error {
	named := strings.TrimSpace(flag + " " + file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return bad("no_such_file", named+": no such file", missing(flag))
	case errors.Is(err, fs.ErrPermission):
		return bad("no_permission", named+" cannot be read: permission denied", fmt.Sprintf("type `ls -l %s`; its owner can type `chmod u+r %s`", file, file))
	}
	return bad("unreadable", fmt.Sprintf("%s cannot be read: %v", named, err), "check the file system it is on")
}

// missing is the hint about a file that is not there.
func missing(flag string) string {
	switch flag {
	case "":
		return "check the path; `interlock run -` takes code from standard input"
	case "--stdin":
		return "check the path; `--stdin -` passes on this program's standard input"
	case "export":
		return "check the path; `interlock ledger export --out FILE` writes an export"
	case "--against":
		return "check the path; `interlock ledger verify` prints a checkpoint to keep in a file"
	}
	return "check the path, which starts at the folder you are in"
}

// readStdin reads all of standard input; it ends early when c is cancelled.
func (c *call) readStdin(what string, limit int64) ([]byte, error) {
	type read struct {
		b   []byte
		err error
	}
	done := make(chan read, 1)
	go func() { // ends with the process where nothing ever comes
		b, err := io.ReadAll(io.LimitReader(c.stdin, limit+1))
		done <- read{b, err}
	}()
	select {
	case <-c.Done():
		return nil, stopped(c)
	case r := <-done:
		switch {
		case r.err != nil:
			return nil, bad("unreadable", fmt.Sprintf("standard input cannot be read: %v", r.err), "check what is on the other side of the pipe")
		case int64(len(r.b)) > limit:
			return nil, bad("too_large", fmt.Sprintf("%s on standard input has more than %d bytes", what, limit), "put data in a file and pass it with --input")
		}
		return r.b, nil
	}
}

// stopped is the error of a command that was interrupted before it began a run.
func stopped(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), interlock.Terminated) {
		return &interlock.Error{Kind: interlock.Workflow, Name: "terminated", Message: "asked to stop; nothing ran", RetryRun: true, Code: interlock.ExitTerminated}
	}
	return &interlock.Error{Kind: interlock.Workflow, Name: "interrupted", Message: "interrupted; nothing ran", RetryRun: true, Code: interlock.ExitInterrupted}
}

// bad is an error of usage or configuration.
func bad(name, message, hint string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: name, Message: message, Hint: hint, Code: interlock.ExitUsage}
}
