"""The parts of the view that corrupts images and recovers them."""
