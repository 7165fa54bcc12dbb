"""Where frames come from, and whether they can be trusted to show anything."""
