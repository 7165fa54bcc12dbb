"""Whether a camera still sees what it was hung up to see."""
