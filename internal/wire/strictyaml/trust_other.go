//go:build !unix

package strictyaml

import "os"

const nonblock = 0

// checkTrust refuses: this system's permissions are not understood, so no file
// can be known to be the operator's.
func checkTrust(path string, _ os.FileInfo) error {
	return &InsecureError{Path: path, Why: "who may write it cannot be known on this system",
		Fix: "use a shipped policy here, or a server on Linux"}
}
