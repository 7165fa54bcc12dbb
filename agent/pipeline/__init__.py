"""Thought: pure stages from message to messages.  No I/O, no clock: time is in the message."""
