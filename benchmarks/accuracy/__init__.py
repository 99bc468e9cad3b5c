"""What the program computes, held against exact or independent values: makes docs/accuracy.md."""
