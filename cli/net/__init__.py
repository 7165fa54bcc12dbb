"""What brokers and wires between box and platform are made of, for demo, drills and tests."""
