"""Whether a camera sees as sharply as it used to, in this light."""

from typing import Final

LEARN: Final = 20  # looks
RISES: Final = (
    0.05  # of the way to a sharper look, at each; one sharp lorry does not set a standard
)
FADES: Final = 1 - 4e-6  # at each look, half of it in four days at one look in two seconds
DIM: Final = 0.5  # of what it used to be; at half, characters of a plate run into each other


class Sharpness:
    """Of one camera in one kind of light."""

    def __init__(self) -> None:
        self._usual, self._looks = 0.0, 0

    def look(self, steepness: float) -> bool | None:
        """Whether it is blurred; None while it learns.  What is blurred is not learned."""
        if self._looks < LEARN:
            self._looks += 1
            self._usual += (steepness - self._usual) / self._looks
            return None
        if steepness < DIM * self._usual:
            return True
        if steepness > self._usual:
            self._usual += RISES * (steepness - self._usual)
        self._usual *= FADES
        return False
