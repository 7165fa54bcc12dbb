"""The platform's side: the small reference receiver that city platforms copy.

It shares nothing with the agent but the protocol's documents (docs/protocol.md).  How to run it
and what to copy stands in docs/city.md; ``city.app`` puts it together.
"""
