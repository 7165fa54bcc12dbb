"""Doors: readers, locks, relays and contacts.  Leaving never needs any of them."""
