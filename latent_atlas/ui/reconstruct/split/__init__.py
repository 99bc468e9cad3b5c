"""The parts of the view of a whole split: its numbers, their brushes, tables, pixels and log p."""
