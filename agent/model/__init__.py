"""The words of the domain.  Imports nothing of ours; everything of ours imports this."""
