"""The sections of a diagnosis, one a file; each declares a `Section`."""
