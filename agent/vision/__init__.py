"""The eyes: plates and codes in pictures.  The only package that may know OpenCV."""
