// Command pulumi-language-python starts the Python host of an older Pulumi release with the runtime options of the project.
//
// The CLI hands `runtime.options` of Pulumi.yaml to a host of its own time with each call; the last host that can be had as
// a Go module expects them as flags instead. The project is found and read as the CLI does it, with the CLI's own code.
// This process is then replaced by the real host, which lies in ../libexec, seen from here.
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
	host := filepath.Join(filepath.Dir(self), "..", "libexec", "pulumi-language-python")
	arguments := append([]string{host}, projectFlags()...)
	return syscall.Exec(host, append(arguments, os.Args[1:]...), os.Environ())
}

// projectFlags is empty outside of a project, as in `pulumi new`, and for a project that cannot be read, which the CLI reports itself.
func projectFlags() []string {
	path, err := workspace.DetectProjectPath()
	if err != nil {
		return nil
	}
	project, err := workspace.LoadProject(path)
	if err != nil {
		return nil
	}
	return flags(filepath.Dir(path), project.Runtime.Options())
}

func flags(root string, options map[string]any) []string {
	virtualenv, _ := options["virtualenv"].(string)
	if virtualenv == "" && options["toolchain"] == "uv" {
		virtualenv = ".venv"
	}
	if virtualenv == "" {
		return nil
	}
	return []string{"-root", root, "-virtualenv", virtualenv}
}
