"""What a person writes, checked in full before anything moves."""
