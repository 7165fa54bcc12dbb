"""Speech: what devices say and how they are told.  Start with ``base``, then ``scale_line``."""
