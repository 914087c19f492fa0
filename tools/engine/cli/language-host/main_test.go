package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheVirtualEnvironmentIsTheOneOfTheProject(t *testing.T) {
	cases := map[string]struct{ project, want string }{
		"declared":             {"name: p\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n", "venv"},
		"declared in one line": {"name: p\nruntime: {name: python, options: {virtualenv: /opt/v}}\n", "/opt/v"},
		"the default of uv":    {"name: p\nruntime: {name: python, options: {toolchain: uv}}\n", ".venv"},
		"uv with another one":  {"name: p\nruntime: {name: python, options: {toolchain: uv, virtualenv: v}}\n", "v"},
		"none with pip":        {"name: p\nruntime: {name: python, options: {toolchain: pip}}\n", ""},
		"no options":           {"name: p\nruntime: python\n", ""},
		"not readable":         {"name: [\n", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			project := temporaryFolder(t)
			write(t, filepath.Join(project, "Pulumi.yaml"), c.project)
			program := filepath.Join(project, "infra")
			write(t, filepath.Join(program, "__main__.py"), "")
			for _, directory := range []string{project, program} {
				t.Chdir(directory)
				root, virtualenv := projectVirtualenv()
				if virtualenv != c.want || virtualenv != "" && root != project {
					t.Errorf("in %s: got %q below %q, want %q below %q", directory, virtualenv, root, c.want, project)
				}
			}
		})
	}
}

func TestThereIsNoVirtualEnvironmentOutsideOfAProject(t *testing.T) {
	t.Chdir(temporaryFolder(t))
	if _, virtualenv := projectVirtualenv(); virtualenv != "" {
		t.Errorf("got %q", virtualenv)
	}
}

func TestAnEnvironmentWithoutPipIsRecognised(t *testing.T) {
	root := temporaryFolder(t)
	write(t, filepath.Join(root, "uv/lib/python3.12/site-packages/pulumi/__init__.py"), "")
	write(t, filepath.Join(root, "venv/lib/python3.12/site-packages/pip/__init__.py"), "")
	for virtualenv, want := range map[string]bool{"uv": true, "venv": false, "absent": false, filepath.Join(root, "uv"): true} {
		if got := lacksPip(root, virtualenv); got != want {
			t.Errorf("%s: got %v, want %v", virtualenv, got, want)
		}
	}
}

func TestTheUsersPythonPathIsKept(t *testing.T) {
	for before, want := range map[string]string{"/a:/b": "/stand-in:/a:/b", "": "/stand-in"} {
		t.Setenv("PYTHONPATH", before)
		if err := prependToPythonPath("/stand-in"); err != nil {
			t.Fatal(err)
		}
		if got := os.Getenv("PYTHONPATH"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func temporaryFolder(t *testing.T) string {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
