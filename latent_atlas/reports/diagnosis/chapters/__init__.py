"""One module a section of a diagnosis: what is said and drawn of what it found."""
