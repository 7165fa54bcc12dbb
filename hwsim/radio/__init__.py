"""Bluetooth Low Energy with no radio in it: ``org.bluez`` on a private D-Bus, and what it hears."""
