"""What may be asked of a wire that nobody knows yet, and what an answer says about who is there.

For ``linli scan``, never for a box in service.  Everything here is data and pure functions:

    ``heard``     devices that talk unasked, and how many of their frames are proof
    ``asked``     questions that only read, in the order in which they are safe
    ``modbus``    registers to look at, and who has which of them
    ``unseen``    devices that neither talk nor can be asked, and why

A question is made by the codec that its driver uses.  None of them sets, switches or opens
anything in any device of the register (``tests/drivers/test_probes.py``).
"""
