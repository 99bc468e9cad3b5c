"""The views of the page, one a file; each declares `VIEW`."""
