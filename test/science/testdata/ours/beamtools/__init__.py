"""A small package beside the scripts."""
