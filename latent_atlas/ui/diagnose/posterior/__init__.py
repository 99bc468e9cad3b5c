"""p(z|x) and q(z|x) of single images over each other on the plane of a model of two dimensions."""
