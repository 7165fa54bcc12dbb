"""Telling people: messages, calls, displays and speech."""
