"""What a camera of the simulated world sees: roads with vehicles, hands with phones."""
