"""``linli scan --serial``: what hangs on the wires that nobody uses yet.

It listens first, and then asks what only reads (``agent.drivers.probes``); each step is a file:
``ports`` which wires, and whether they are in service; ``listening``; ``asking`` one question at a
time; ``modbus`` and ``probing`` what is asked; ``wire`` the whole of one wire; ``show`` for people.
"""

from cli.scan.command import add_arguments, run

__all__ = ["add_arguments", "run"]
