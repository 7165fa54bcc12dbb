"""One file per simulated device, each written from the device's own facts."""
