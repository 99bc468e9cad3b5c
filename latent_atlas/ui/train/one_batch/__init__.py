"""One batch of a paused run, seen from inside: what its step has computed, station by station."""
