"""QR codes: found and read in pictures and in the frames of a camera."""
