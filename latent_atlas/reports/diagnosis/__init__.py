"""What ails a model: each of the review's criticisms measured on it, a section each."""
