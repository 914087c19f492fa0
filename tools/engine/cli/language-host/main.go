// Command pulumi-language-python starts the Python host of an older Pulumi release as the CLI of today expects it.
//
// The CLI hands `runtime.options` of Pulumi.yaml to a host of its own time with each call; the last host that can be had as
// a Go module takes them as flags. It also lists packages with pip, which a virtual environment made by uv lacks.
// The project is found and read as the CLI does it, with the CLI's own code. Then this process becomes the real host,
// which lies in ../libexec, seen from here.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-python:", err)
		os.Exit(1)
	}
}

func run() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	libexec := filepath.Join(filepath.Dir(filepath.Dir(self)), "libexec")
	arguments := []string{filepath.Join(libexec, "pulumi-language-python")}
	if root, virtualenv := projectVirtualenv(); virtualenv != "" {
		arguments = append(arguments, "-root", root, "-virtualenv", virtualenv)
		if lacksPip(root, virtualenv) {
			if err := prependToPythonPath(filepath.Join(libexec, "pip-stand-in")); err != nil {
				return err
			}
		}
	}
	return syscall.Exec(arguments[0], append(arguments, os.Args[1:]...), os.Environ())
}

// projectVirtualenv is empty outside of a project, as in `pulumi new`, and for a project that cannot be read, which the CLI reports itself.
func projectVirtualenv() (root, virtualenv string) {
	path, err := workspace.DetectProjectPath()
	if err != nil {
		return "", ""
	}
	project, err := workspace.LoadProject(path)
	if err != nil {
		return "", ""
	}
	options := project.Runtime.Options()
	virtualenv, _ = options["virtualenv"].(string)
	if virtualenv == "" && options["toolchain"] == "uv" {
		virtualenv = ".venv"
	}
	return filepath.Dir(path), virtualenv
}

// lacksPip is false for an environment that is not there yet: the host makes one, with pip.
func lacksPip(root, virtualenv string) bool {
	if !filepath.IsAbs(virtualenv) {
		virtualenv = filepath.Join(root, virtualenv)
	}
	packages, _ := filepath.Glob(filepath.Join(virtualenv, "lib", "python3*", "site-packages"))
	pips, _ := filepath.Glob(filepath.Join(virtualenv, "lib", "python3*", "site-packages", "pip"))
	return len(packages) > 0 && len(pips) == 0
}

func prependToPythonPath(folder string) error {
	if others := os.Getenv("PYTHONPATH"); others != "" {
		folder += string(filepath.ListSeparator) + others
	}
	return os.Setenv("PYTHONPATH", folder)
}
