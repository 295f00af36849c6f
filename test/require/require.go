// Package require says what a test needs of its host, and makes a missing need
// loud where it must not be missing.
//
// A developer's laptop may lack a container engine or root, so there a test
// skips with the words that say what to install. CI sets INTERLOCK_REQUIRE, and
// the same test then fails: a privileged test that is silently skipped proves
// nothing. INTERLOCK_REQUIRE is a comma-separated list of needs, or "all";
// "-need" takes one out, as in "all,-root" for the run under an ordinary uid.
//
// Tests call this package instead of t.Skip; test/rules checks that.
package require

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Need is something of the host that not every host has.
type Need string

const (
	RootUser  Need = "root"    // uid 0
	PlainUser Need = "user"    // any other uid
	PythonEnv Need = "env"     // the environment that `make env` builds
	Science   Need = "science" // the environment that `make science-env` builds
	EPICS     Need = "epics"   // the environment that `make tables-env` builds, for IOCs and their clients
	GoTool    Need = "go"      // the go command, to build the binary under test
	Engine    Need = "engine"  // a container engine and what it runs
	Kernel    Need = "kernel"  // a kernel feature: namespaces, Landlock, cgroups
	Linux     Need = "linux"   // any Linux
	Toolchain Need = "tool"    // some other program: rustc, node, a shell
	Time      Need = "time"    // minutes, which -short denies
	Network   Need = "network" // a network that reaches package registries
)

// Skip ends the test because the host lacks n: as skipped, or as failed where
// INTERLOCK_REQUIRE names n. why says what is missing and what to install.
func Skip(t testing.TB, n Need, why string) {
	t.Helper()
	if required(os.Getenv("INTERLOCK_REQUIRE"), n) {
		t.Fatalf("this host must have %q (INTERLOCK_REQUIRE=%s): %s", n, os.Getenv("INTERLOCK_REQUIRE"), why)
	}
	t.Skipf("needs %q: %s", n, why)
}

// required reports whether list demands n. The later word wins, so an exception
// follows what it is an exception to.
func required(list string, n Need) (yes bool) {
	for word := range strings.SplitSeq(list, ",") {
		switch strings.TrimSpace(word) {
		case "all", string(n):
			yes = true
		case "-" + string(n):
			yes = false
		}
	}
	return yes
}

// Root skips unless the test runs as uid 0.
func Root(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 {
		Skip(t, RootUser, "run the tests as root")
	}
}

// NotRoot skips if the test runs as uid 0.
func NotRoot(t testing.TB) {
	t.Helper()
	if os.Getuid() == 0 {
		Skip(t, PlainUser, "run the tests as an ordinary user")
	}
}

// Repo returns the absolute path of the checkout, found upwards from the
// working directory, which for a test is its package's folder.
func Repo(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no checkout above the working directory: run this test in its package's folder")
	return ""
}

// Env returns the Python environment that `make env` builds: INTERLOCK_TEST_ENV,
// else .interlock/env in the checkout.
func Env(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("INTERLOCK_TEST_ENV")
	if dir == "" {
		dir = filepath.Join(Repo(t), ".interlock", "env")
	}
	if _, err := os.Stat(filepath.Join(dir, "bin", "python3")); err != nil {
		Skip(t, PythonEnv, fmt.Sprintf("no Python environment in %s: type `make env`", dir))
	}
	return dir
}

// Binary returns the interlock binary under test: INTERLOCK_TEST_BINARY, else
// one built from the checkout, static, into a folder that ends with the test.
func Binary(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("INTERLOCK_TEST_BINARY"); path != "" {
		return path
	}
	if _, err := exec.LookPath("go"); err != nil {
		Skip(t, GoTool, "set INTERLOCK_TEST_BINARY to a built interlock, or put go on PATH")
	}
	path := filepath.Join(t.TempDir(), "interlock")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", path, "./cmd/interlock")
	build.Dir, build.Env = Repo(t), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building ./cmd/interlock: %v\n%s", err, out)
	}
	return path
}
