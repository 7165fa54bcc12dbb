"""Bluetooth Low Energy through BlueZ.  Beside links.serial the only place that knows bleak.

Nothing here is imported before an adapter is opened: bleak and what it brings cost 5 MB.
"""
