package runs_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/jsontext"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

var t0 = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func newStore(t *testing.T) *runs.Store {
	t.Helper()
	r, err := redact.Compile([]string{`(?i)password\s*=\s*\S+`})
	if err != nil {
		t.Fatal(err)
	}
	st := runs.New(t.TempDir(), r)
	t.Cleanup(st.Close)
	return st
}

// run takes a run through the store the way the pipeline does.
func run(t *testing.T, st *runs.Store, at time.Time, workspace map[string]string) *interlock.Result {
	t.Helper()
	s := &interlock.Submission{Name: "fit.py", Source: []byte("password = 'hunter2'\n")}
	r := &interlock.Result{ID: runs.NewID(at), Status: interlock.Succeeded, Started: at}
	var err error
	if r.Folder, err = st.Create(r.ID); err != nil {
		t.Fatal(err)
	}
	for name, text := range workspace {
		write(t, filepath.Join(r.Folder.Workspace, name), text)
	}
	r.Observed = interlock.Observed{Started: true, Stdout: []byte("Password=\"hunter2\"\nx\n")}
	png := jsontext.Quote(base64.StdEncoding.EncodeToString([]byte("PNG")) + "\n")
	r.Claims.Figures = []interlock.Output{
		{Data: map[string]json.RawMessage{"image/png": png, "image/svg+xml": []byte(`["<svg>", "</svg>"]`)}},
		{Data: map[string]json.RawMessage{"image/png": png}},
	}
	if err := st.Keep(s, r); err != nil {
		t.Fatal(err)
	}
	r.Receipt = interlock.Receipt{Seq: 9, Digest: "d"}
	if err := st.Seal(s, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// X14: a run leaves folder, notebook, figures with count, and its result.
func TestKeepLeavesEverything(t *testing.T) {
	st := newStore(t)
	r := run(t, st, t0, nil)
	var names []string
	for _, f := range r.Folder.Figures {
		names = append(names, filepath.Base(f))
	}
	if want := []string{"figure-1.png", "figure-1.svg", "figure-2.png"}; !slices.Equal(names, want) {
		t.Errorf("figures %v, want %v", names, want)
	}
	if got := read(t, r.Folder.Figures[0]) + read(t, r.Folder.Figures[1]); got != "PNG<svg></svg>" {
		t.Errorf("figure 1 holds %q", got)
	}
	if !strings.Contains(read(t, r.Folder.Notebook), `"nbformat_minor": 5`) {
		t.Error("no redacted notebook")
	}
	e, kept, err := st.Show(r.ID)
	if err != nil || kept == nil {
		t.Fatal(kept, err)
	}
	if kept.Ledger == nil || kept.Ledger.Seq != 9 || len(kept.Figures) != 2 || kept.Notebook != r.Folder.Notebook || e.Status != "succeeded" || e.Name != "fit.py" {
		t.Errorf("kept %+v as %+v", kept, e)
	}
	for _, p := range []string{filepath.Dir(r.Folder.Path), r.Folder.Path, r.Folder.Workspace} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s has %v, %v; want 0700", p, info.Mode(), err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(r.Folder.Path, "*.tmp")); left != nil {
		t.Errorf("left %v", left)
	}
}

// P10: secrets are redacted before notebook and result are written, and both stay whole.
func TestSecretsAreRedacted(t *testing.T) {
	st := newStore(t)
	r := run(t, st, t0, nil)
	result := filepath.Join(r.Folder.Path, "result.json")
	for _, p := range []string{r.Folder.Notebook, result} {
		text := read(t, p)
		if strings.Contains(text, "hunter2") || !strings.Contains(text, redact.Mark) || !json.Valid([]byte(text)) {
			t.Errorf("%s:\n%s", p, text)
		}
	}
	kept, err := apiv1.DecodeRun([]byte(read(t, result)))
	if err != nil || kept.Stdout != redact.Mark+"\nx\n" {
		t.Errorf("stdout %q, %v", kept.Stdout, err)
	}
}

// What is no figure is the code's word, not a fault of the host: the run ends as it
// did, neither file is kept, and the result names what was left out.
func TestForgedFiguresAreLeftOutAndNamed(t *testing.T) {
	st := newStore(t)
	s, r := &interlock.Submission{}, &interlock.Result{ID: runs.NewID(t0), Status: interlock.Succeeded}
	r.Folder, _ = st.Create(r.ID)
	png, svg := json.RawMessage(`"UE5H"`), json.RawMessage(`"<svg/>"`)
	for _, data := range []map[string]json.RawMessage{
		{"image/png": []byte(`"%%%"`), "image/svg+xml": svg}, {"image/png": png, "image/svg+xml": []byte(`{}`)},
		{"image/svg+xml": svg}, {"image/png": []byte(`""`)}, {"image/png": png},
	} {
		r.Claims.Figures = append(r.Claims.Figures, interlock.Output{Data: data})
	}
	if err := st.Keep(s, r); err != nil {
		t.Fatalf("a forged figure is a fault: %v", err)
	}
	files, _ := filepath.Glob(filepath.Join(r.Folder.Path, "figures", "*"))
	if len(files) != 1 || filepath.Base(files[0]) != "figure-5.png" {
		t.Errorf("kept %v", files)
	}
	_, kept, err := st.Show(r.ID)
	if err != nil || len(kept.Figures) != 1 || kept.Figures[0].PNG != files[0] {
		t.Errorf("figures %+v, %v", kept, err)
	}
	words := strings.Join(kept.Observed.Dropped, "\n")
	for _, want := range []string{"figure 1: its image/png is not base64", "figure 2: its image/svg+xml is not text", "figure 3: it has no image/png", "figure 4: "} {
		if !strings.Contains(words, want) {
			t.Errorf("dropped does not say %q: %s", want, words)
		}
	}
}

// A disk that does not take them still is a fault.
func TestFiguresThatCannotBeWrittenAreAFault(t *testing.T) {
	st := newStore(t)
	r := &interlock.Result{ID: runs.NewID(t0)}
	r.Folder, _ = st.Create(r.ID)
	r.Claims.Figures = []interlock.Output{{Data: map[string]json.RawMessage{"image/png": []byte(`"UE5H"`)}}}
	write(t, filepath.Join(r.Folder.Path, "figures"), "in the way")
	if err := st.Keep(&interlock.Submission{}, r); err == nil || r.Folder.Notebook == "" {
		t.Errorf("error %v, notebook %q", err, r.Folder.Notebook)
	}
}

func TestIDsSortByTimeAndNameOneFolder(t *testing.T) {
	a, b, c := runs.NewID(t0), runs.NewID(t0.Add(time.Millisecond)), runs.NewID(t0.AddDate(50, 0, 0))
	if !(a < b && b < c) {
		t.Errorf("%s, %s, %s do not sort", a, b, c)
	}
	if x, y := runs.NewID(t0), runs.NewID(t0); x == a && y == a { // one of them may be, once in billions
		t.Error("two runs of one millisecond have one id")
	}
	for _, bad := range []string{"", "..", "../../x", a + "/", strings.ToUpper(a), a[:9] + "/" + a[10:], "1q3kx0v2f-../"} {
		if runs.ValidID(bad) {
			t.Errorf("%q is an id", bad)
		}
		if _, err := newStore(t).Create(bad); err == nil {
			t.Errorf("made a folder for %q", bad)
		}
	}
}

func TestListTellsRunningFromInterrupted(t *testing.T) {
	st := newStore(t)
	done := run(t, st, t0, nil)
	lost, on := runs.NewID(t0.Add(time.Second)), runs.NewID(t0.Add(2*time.Second))
	for _, id := range []string{lost, on} {
		if _, err := st.Create(id); err != nil {
			t.Fatal(err)
		}
	}
	st.Release(lost)
	list, err := st.List()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.ID+" "+e.Status)
	}
	want := []string{on + " running", lost + " interrupted", done.ID + " succeeded"}
	if !slices.Equal(got, want) {
		t.Errorf("list %v, want %v", got, want)
	}
	if _, _, err := st.Show(lost[10:]); !errors.Is(err, runs.ErrNoRun) {
		t.Errorf("a part of an id names a run: %v", err)
	}
	for part, want := range map[string]int{"": 0, "-": 3, lost: 1, strings.ToUpper(lost[10:]): 1, "none": 0} {
		if fit, err := st.Fit(part); err != nil || len(fit) != want {
			t.Errorf("%q fits %v, %v", part, fit, err)
		}
	}
	if _, r, err := st.Show(lost); err != nil || r != nil {
		t.Errorf("an interrupted run shows %v, %v", r, err)
	}
}

func TestPruneByAgeAndSizeNeverARunThatGoesOn(t *testing.T) {
	st := newStore(t)
	big := map[string]string{"data.bin": strings.Repeat("x", 100_000)}
	old := run(t, st, t0, nil)
	first, second := run(t, st, t0.Add(47*time.Hour), big), run(t, st, t0.Add(48*time.Hour), big)
	on := runs.NewID(t0)
	if _, err := st.Create(on); err != nil {
		t.Fatal(err)
	}
	now := t0.Add(49 * time.Hour)
	if p, err := st.Prune(now, 0, 0); err != nil || len(p.IDs) != 0 {
		t.Errorf("no rule removed %v, %v", p.IDs, err)
	}
	p, err := st.Prune(now, 24*time.Hour, 0)
	if err != nil || !slices.Equal(p.IDs, []string{old.ID}) || !slices.Equal(p.Busy, []string{on}) || p.Bytes == 0 {
		t.Errorf("by age %+v, %v; want %s gone and %s busy", p, err, old.ID, on)
	}
	p, err = st.Prune(now, 0, 150_000)
	if err != nil || !slices.Equal(p.IDs, []string{first.ID}) || p.Bytes < 100_000 {
		t.Errorf("by size %+v, %v; want %s gone", p, err, first.ID)
	}
	if _, err := os.Stat(first.Folder.Path); !os.IsNotExist(err) {
		t.Errorf("the folder stayed: %v", err)
	}
	if _, err := os.Stat(second.Folder.Path); err != nil {
		t.Errorf("the newest run went: %v", err)
	}
}

// A run may leave folders that nobody may read and links to anywhere.
func TestPruneRemovesHostileWorkspaceAndFollowsNoLink(t *testing.T) {
	st := newStore(t)
	outside := t.TempDir()
	write(t, filepath.Join(outside, "precious"), "x")
	r := run(t, st, t0, map[string]string{"locked/deep/file": "x"})
	if err := os.Symlink(outside, filepath.Join(r.Folder.Workspace, "locked/link")); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"locked/deep", "locked"} {
		if err := os.Chmod(filepath.Join(r.Folder.Workspace, d), 0); err != nil {
			t.Fatal(err)
		}
	}
	if p, err := st.Prune(t0.Add(time.Hour), time.Minute, 0); err != nil || len(p.IDs) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	if read(t, filepath.Join(outside, "precious")) != "x" {
		t.Error("a link was followed")
	}
	if left, _ := os.ReadDir(filepath.Dir(r.Folder.Path)); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestStateThatOthersCanWriteIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "runs"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "runs"), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := runs.New(dir, nil).Create(runs.NewID(t0)); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("error %v", err)
	}
}
