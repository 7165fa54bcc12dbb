"""``org.bluez`` as clients see it.  Source: BlueZ 5.66 to 5.87, doc/*.rst and src/*.c."""
