"""One migration a file, in the order of their `down_revision`."""
