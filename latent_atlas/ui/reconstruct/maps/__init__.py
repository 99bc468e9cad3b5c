"""Two models' maps of the same images: laid on each other, and asked for their neighbours."""
