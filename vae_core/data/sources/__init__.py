"""The datasets that the program knows: a file each, which declares one `Source`.

Adding a dataset is adding a file; nothing else lists them.
"""
