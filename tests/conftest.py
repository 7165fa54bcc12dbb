"""Drawn examples are the same in every run; ``HYPOTHESIS_PROFILE=explore`` draws new ones.

No deadline: how busy a machine is says nothing of what it runs.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("explore")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
