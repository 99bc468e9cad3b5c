"""Image by image: what is chosen of a split, the walls of pictures, and what their numbers say."""
