package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFlagsCarryTheVirtualEnvironmentOfTheProject(t *testing.T) {
	cases := map[string]struct {
		project string
		want    string
	}{
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
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			program := filepath.Join(root, "infra")
			if err := os.Mkdir(program, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte(c.project), 0o600); err != nil {
				t.Fatal(err)
			}
			var want []string
			if c.want != "" {
				want = []string{"-root", root, "-virtualenv", c.want}
			}
			for _, directory := range []string{root, program} {
				t.Chdir(directory)
				if got := projectFlags(); !slices.Equal(got, want) {
					t.Errorf("in %s: got %v, want %v", directory, got, want)
				}
			}
		})
	}
}

func TestThereAreNoFlagsOutsideOfAProject(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := projectFlags(); got != nil {
		t.Errorf("got %v", got)
	}
}
