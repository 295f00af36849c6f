// Package container runs Interlock inside a real container engine, podman with
// runc, and proves there that the code in a run reaches nothing of the host
// (P16, rung C): neither a file outside the container's mounts, nor one inside
// them that was not granted, nor a listener on the host that the container
// itself can reach.
//
// The tests have the build tag container, because they need root and an engine
// and, the first time, minutes to make the container's root. `make container`
// runs them, and so does CI. Each denial has a control beside it: the same act
// by plain python3 in the same container succeeds, so a broken test cannot pass
// as a closed sandbox.
//
// Two profiles are run: the engine's own default, and the same narrowed to what
// Docker's default permits, where no namespace can be made and the level
// landlock must hold.
package container
