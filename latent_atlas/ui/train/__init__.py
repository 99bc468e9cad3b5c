"""What the Train page is made of: the new-run form, the transport, the curves, the list of runs."""
