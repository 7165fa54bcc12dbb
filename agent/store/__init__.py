"""Memory: what must survive a power cut, and for how long.  The only SQL of the agent.

Read ``journal`` (the loop's side), ``writer`` (the thread's side), ``pending`` (what waits, and
what one transaction holds), ``recovery`` (how a database is found or made), ``outbox`` (what sync
reads).  docs/journal.md tells it in prose.
"""
