"""What people build themselves."""
