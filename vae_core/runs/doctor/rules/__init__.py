"""The rules: a file each, found by looking through this folder."""
