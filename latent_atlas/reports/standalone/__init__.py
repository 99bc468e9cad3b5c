"""What web pages that need nothing else are made of: their look, their charts, their parts."""
