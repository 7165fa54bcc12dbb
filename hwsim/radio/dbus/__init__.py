"""D-Bus as far as a service needs it, without an event loop: bytes in, messages out."""
