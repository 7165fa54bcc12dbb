"""What time it is, as far as a box without a clock battery can know.

The monotonic clock always runs.  An *anchor* is an offset that a source told; monotonic time plus
offset is UTC.  Until the first anchor UTC is None.

Who is believed:

* Sources have ranks (their order in the configuration).  A better one moves the clock as far as it
  says; a worse one never does, save in holdover and by no more than a crystal can have drifted.
* The anchor's own source moves it at once if it is the best there is, else when it says so twice.
* Nothing under the floor is believed, from nobody.  The floor is durable, so a time that is wrong
  by years must not get into it: it follows only an anchor that two sources told, or the best one
  for ten minutes (``Anchor.sure``), and stays behind by what the crystal may have strayed.

UTC within a boot never goes back by less than ``disagree_s``: it stands still until the true time
has caught up.  A larger step back is a correction, and is told (``clock_synced``).  Nothing that
was stamped before is rewritten: ``offset_ns`` in the event lets others work it out.

Sans I/O: sources call ``offer``, conclusions leave through ``emit``.  Times are in nanoseconds,
monotonic times of stamps are whole milliseconds (``agent.model.time.TICK_NS``), offsets whole
microseconds, since that is what text forms of UTC keep.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from agent.clock.anchor import Anchor, Heard
from agent.clock.boot import Boot
from agent.clock.floor import Floor
from agent.clock.rules import DRIFT, EARLIEST_NS, HOUR, LATEST_NS, SECOND, STANDS_NS, TINY_NS, Rules
from agent.model.messages import Event, Fields
from agent.model.time import Stamp, TimeQuality, utc_text, whole

log = logging.getLogger(__name__)

Emit = Callable[[Event], None]


class Clock:
    """``gateway`` is the device of its events.  All calls on one thread."""

    def __init__(
        self, boot: Boot, rules: Rules, gateway: str, floor: Floor, emit: Emit | None = None
    ) -> None:
        self._boot, self._gateway, self._keeps = boot, gateway, floor
        self.emit: Emit = emit if emit is not None else _nobody
        self._ranks = {source: rank for rank, source in enumerate(rules.sources)}
        self._disagree_ns = int(rules.disagree_s * SECOND)
        self._holdover_ns = int(rules.holdover_s * SECOND)
        self._floor_ns = max(EARLIEST_NS, floor.floor())
        self._anchor: Anchor | None = None
        self._shown_ns = 0  # the latest UTC that a stamp may have shown
        self._refused: set[str] = set()  # these three hold names of sources, so are bounded
        self._disagree: set[str] = set()
        self._doubted: dict[str, int] = {}

    @property
    def source(self) -> str | None:
        """Whom the clock stands on; None while the time is not known."""
        return None if self._anchor is None else self._anchor.told.source

    @property
    def floor_ns(self) -> int:
        return self._floor_ns

    def now(self) -> Stamp:
        mono_ns, anchor = whole(self._boot.mono_ns()), self._anchor
        if anchor is None:
            return Stamp(self._boot.id, mono_ns)
        self._shown_ns = max(mono_ns + anchor.offset_ns, self._shown_ns)
        stale = mono_ns - anchor.confirmed_ns > self._holdover_ns
        quality = TimeQuality.HOLDOVER if stale else TimeQuality.TRUSTED
        return Stamp(self._boot.id, mono_ns, self._shown_ns, quality)

    def offer(self, source: str, utc_ns: int, error_ns: int = 0) -> None:
        """``source`` says that it is ``utc_ns`` now, give or take ``error_ns``; never raises."""
        rank = self._ranks.get(source)
        if rank is None:
            log.debug("nobody asked %s for the time", source)
            return
        if not self._floor_ns - self._disagree_ns <= utc_ns < LATEST_NS:
            self._refuse(source, utc_ns)
            return
        self._refused.discard(source)
        mono_ns = self._mono()
        offset_ns = utc_ns // 1000 * 1000 - mono_ns
        self._hear(
            Heard(source=source, rank=rank, offset_ns=offset_ns, error_ns=error_ns, mono_ns=mono_ns)
        )

    def resume(self, source: str, offset_ns: int, mono_ns: int) -> None:
        """Go on from an anchor of this same boot, after a restart of the agent.

        ``mono_ns`` is when the anchor was told.  No event: the journal has it already.
        """
        if self._anchor is not None or mono_ns + offset_ns < self._floor_ns - self._disagree_ns:
            return
        rank = self._ranks.get(source, len(self._ranks))
        told = Heard(source=source, rank=rank, offset_ns=offset_ns, error_ns=0, mono_ns=mono_ns)
        self._anchor = Anchor(told, mono_ns)
        self._shown_ns = self._floor_ns

    def tick(self) -> None:
        """Call it now and then: lets the floor follow the time while no source speaks."""
        anchor = self._anchor
        if anchor is not None and anchor.sure and self._safe_ns(anchor) >= self._floor_ns + HOUR:
            self._raise_floor(anchor)

    def _mono(self) -> int:
        return self._boot.mono_ns() // 1000 * 1000

    def _hear(self, heard: Heard) -> None:
        anchor = self._anchor
        if anchor is None:
            self._adopt(heard)
        elif abs(heard.offset_ns - anchor.offset_ns) <= self._disagree_ns:
            self._agrees(heard, anchor)
        else:
            self._differs(heard, anchor)
        self.tick()

    def _agrees(self, heard: Heard, anchor: Anchor) -> None:
        self._disagree.discard(heard.source)
        self._doubted.pop(heard.source, None)
        anchor.confirmed_ns = heard.mono_ns
        stood = heard.rank == 0 and heard.mono_ns - anchor.told.mono_ns >= STANDS_NS
        sure = anchor.sure or stood or heard.source != anchor.told.source
        apart = abs(heard.offset_ns - anchor.offset_ns)
        if heard.rank <= anchor.told.rank and apart > max(TINY_NS, heard.error_ns):
            self._adopt(heard, sure=sure)
            return
        if heard.rank < anchor.told.rank:  # the same time in better hands: nothing to tell
            anchor.told = replace(heard, offset_ns=anchor.offset_ns)
        if sure and not anchor.sure:
            anchor.sure = True
            self._raise_floor(anchor)

    def _differs(self, heard: Heard, anchor: Anchor) -> None:
        self._tell_disagreement(heard, anchor)
        if self._moves(heard, anchor):
            self._disagree.clear()
            self._doubted.clear()
            self._shown_ns = 0  # a correction: it may go back
            self._adopt(heard)
        else:
            self._doubted[heard.source] = heard.offset_ns

    def _moves(self, heard: Heard, anchor: Anchor) -> bool:
        if heard.rank < anchor.told.rank:
            return True
        if heard.source == anchor.told.source:
            before = self._doubted.get(heard.source)
            twice = before is not None and abs(heard.offset_ns - before) <= self._disagree_ns
            return heard.rank == 0 or twice
        silent_ns = heard.mono_ns - anchor.confirmed_ns
        drifted_ns = self._disagree_ns + int(silent_ns * DRIFT)
        apart = abs(heard.offset_ns - anchor.offset_ns)
        return silent_ns > self._holdover_ns and apart <= drifted_ns

    def _adopt(self, heard: Heard, *, sure: bool = False) -> None:
        self._anchor = Anchor(heard, heard.mono_ns, sure)
        self._shown_ns = max(self._shown_ns, self._floor_ns)
        utc = utc_text(heard.mono_ns + heard.offset_ns)
        log.info("it is %s, says %s", utc, heard.source)
        data: Fields = {
            "source": heard.source,
            "utc": utc,
            "offset_ns": heard.offset_ns,
            "error_ms": round(heard.error_ns / 1e6, 3),
        }
        self._tell("clock_synced", data)
        if sure:
            self._raise_floor(self._anchor)

    def _safe_ns(self, anchor: Anchor) -> int:
        """It is this late at least, even if the crystal runs fast."""
        mono_ns = self._mono()
        strayed_ns = int((mono_ns - anchor.confirmed_ns) * DRIFT)
        return mono_ns + anchor.offset_ns - self._disagree_ns - strayed_ns

    def _raise_floor(self, anchor: Anchor) -> None:
        safe_ns = self._safe_ns(anchor)
        if safe_ns > self._floor_ns:
            self._floor_ns = safe_ns
            self._keeps.raise_floor(safe_ns)

    def _refuse(self, source: str, utc_ns: int) -> None:
        """Told once per source, until it tells a time that can be."""
        if source in self._refused:
            return
        self._refused.add(source)
        told = utc_text(min(max(utc_ns, 0), LATEST_NS))
        log.warning("%s tells a time that cannot be: %s", source, told)
        floor = utc_text(self._floor_ns)
        self._tell("clock_refused", {"source": source, "utc": told, "floor": floor})

    def _tell_disagreement(self, heard: Heard, anchor: Anchor) -> None:
        """Told once per source, until it agrees again."""
        if heard.source in self._disagree:
            return
        self._disagree.add(heard.source)
        difference_s = round((heard.offset_ns - anchor.offset_ns) / SECOND, 3)
        other = anchor.told.source
        log.warning("%s and %s are %s s apart", heard.source, other, difference_s)
        data: Fields = {"source": heard.source, "other": other, "difference_s": difference_s}
        self._tell("clock_disagrees", data)

    def _tell(self, kind: str, data: Fields) -> None:
        self.emit(Event(device=self._gateway, at=self.now(), kind=kind, data=data))


def _nobody(event: Event) -> None:
    """The clock is made before there is anybody to tell."""
    log.debug("nobody listens to %s", event.kind)
