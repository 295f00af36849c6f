// Package policies is the policies that ship with the program, as the files they
// are, and the templates that `interlock init` writes.
//
// No list of refused names stands in the program's code: what is refused by
// default is what these files say, and an operator reads, copies and replaces
// them like any other. policy.schema.json is generated from the Go types that
// read a policy; a test fails where it is out of date.
package policies

import "embed"

// Shipped holds the policies that `extends` and the default may name, as NAME.yaml.
//
//go:embed scientific.yaml strict.yaml facility.yaml
var Shipped embed.FS

// InitPolicy is the policy.yaml that `interlock init` writes.
//
//go:embed init_policy.yaml
var InitPolicy string

// InitConfig is the config.yml that `interlock init` writes.
//
//go:embed init_config.yml
var InitConfig string

// Schema is the JSON Schema of policy.yaml.
//
//go:embed policy.schema.json
var Schema string
