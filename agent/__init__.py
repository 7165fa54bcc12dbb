"""The daemon on the box: wires in, messages through, a journal that survives the night."""
