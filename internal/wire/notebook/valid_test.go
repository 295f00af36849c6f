package notebook_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/interlock-run/interlock/test/require"
)

// X14: every notebook is what the format asks for.
func TestNotebooksFollowTheDocumentedFormat(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/notebook-4.5.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range runs() {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.encode(t)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const validate = `
import sys, nbformat
for path in sys.argv[1:]:
    nb = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(nb)
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5), path
    nbformat.write(nb, path)
`

// X14: Jupyter's own library opens, validates and writes back every notebook.
// INTERLOCK_TEST_PYTHON names an interpreter that has nbformat; with it set, the
// test never skips.
func TestNotebooksOpenInJupytersOwnLibrary(t *testing.T) {
	python, must := os.LookupEnv("INTERLOCK_TEST_PYTHON")
	if !must {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import nbformat").CombinedOutput(); err != nil {
		if must {
			t.Fatalf("%s has no nbformat: %v\n%s", python, err, out)
		}
		require.Skip(t, require.PythonEnv, "no interpreter with nbformat: set INTERLOCK_TEST_PYTHON")
	}
	args := []string{"-W", "error", "-c", validate}
	for name, r := range runs() {
		path := filepath.Join(t.TempDir(), name+".ipynb")
		if err := os.WriteFile(path, r.encode(t), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(python, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
