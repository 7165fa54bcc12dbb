"""What ``linli city`` shows and asks."""
