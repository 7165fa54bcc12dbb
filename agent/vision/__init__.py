"""The eyes: plates and codes in pictures.  The only package that may know OpenCV."""

import os
from typing import Final

MOST_PIXELS: Final = 40_000_000
"""Of a picture: more than any camera of a gate or a phone gives."""

# OpenCV asks for this once, when it is loaded.  Without it, 70 kB of a PNG become 780 MB of
# memory before anybody can look at their size.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))

# The same for the library behind small matrices: its other threads would spin beside each product,
# for nothing, on cores that doors and buses need.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
