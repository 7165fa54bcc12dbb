"""The platform's side: the small reference receiver that city platforms copy.

It shares nothing with the agent but the protocol's documents.  The way to the city is not built
yet; the journal's ``ack`` and ``renew`` (agent.store.journal) are the seam.
"""
