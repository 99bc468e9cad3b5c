"""What people take away from the app: files that live without it."""
