"""``linli monitor PORT``: what passes on a wire, raw and decoded, and recordings of it.

Each way is a file: ``port`` opens a wire that nobody uses and only listens; ``tape`` listens to one
that a running agent uses; ``playing`` gives a recording to a driver at the desk; ``recording`` is
the file.
"""
