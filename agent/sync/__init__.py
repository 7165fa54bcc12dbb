"""The voice: drains the outbox to the platform.  The only package that may know MQTT."""
