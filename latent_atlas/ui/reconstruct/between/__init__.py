"""The parts of the view that goes from one image to another."""
