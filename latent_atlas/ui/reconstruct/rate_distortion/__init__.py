"""Models between rate and distortion: measured once each, and drawn beside what linear codes do."""
