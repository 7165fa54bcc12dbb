"""What ``linli evidence`` is made of."""
