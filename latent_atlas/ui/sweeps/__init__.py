"""The parts of the page Sweeps: many runs over the combinations of some settings."""
