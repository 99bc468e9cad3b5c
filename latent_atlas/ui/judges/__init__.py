"""What judges of which class an image is: the program's own classifier, or one that was brought."""
