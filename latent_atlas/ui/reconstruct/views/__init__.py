"""The views of the Reconstruct page, one a file; each declares a `View`."""
