"""The parts of the view that asks whether a class is kept: the judge, the figures, the path."""
