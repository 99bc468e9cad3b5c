"""The claims of the larger experiments: what is measured of each, and the rule that judges it."""
