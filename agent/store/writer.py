"""The thread that owns the disk: takes what the loop hands over, and makes it durable.

While the disk refuses it holds what came in, compressed and bounded, and asks again with a
back-off.  A disk that is full is helped first (the reserve, then acknowledged readings), a
database that is damaged is moved aside.  None of that is seen by whoever opens doors.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.model.time import Now
from agent.store.jobs import Broken, Done, Job, Probe, Stop
from agent.store.keeper import Keeper
from agent.store.pending import Load, Pending
from agent.store.recovery import Loss
from agent.store.standing import NOTHING, Standing
from agent.store.steady import Steady
from agent.store.trouble import Corrupt, Full, Refused
from agent.store.tuning import Tuning

log = logging.getLogger(__name__)

HELPS = 3  # times a transaction is tried again after room was made or a database begun anew


@dataclass(frozen=True, slots=True)
class Passed:
    """What the loop is told after a turn of the writer."""

    done: tuple[Done, ...] = ()
    freed: int = 0  # messages that no longer wait
    losses: tuple[Loss, ...] = ()
    trouble: str | None = None  # as it is now; "" is none, None is no change
    standing: Standing | None = None  # None is no change


class Writer:
    """``tell`` is called on the writer's thread and hands over to the loop."""

    def __init__(
        self, keeper: Keeper, tuning: Tuning, now: Now, tell: Callable[[Passed], None]
    ) -> None:
        self._keeper, self._tuning, self._now, self._tell = keeper, tuning, now, tell
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._pending = Pending(tuning)
        self._load: Load | None = None  # taken, not yet durable
        self._retry_s, self._retry_at = 0.0, 0.0
        self._lazy_since = 0.0  # when the first of what is lazy came
        self._sweep_at = time.monotonic() + tuning.sweep_s
        self._steady = Steady(tuning.steady_s)
        self._stopping = False
        self._broken = 0  # the opening that a reader found damaged
        self._said: Standing = NOTHING
        self.trouble = ""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, job: Job) -> None:
        self._jobs.put(job)

    def join(self, seconds: float) -> bool:
        """Whether the thread has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping or self._has_hope():
            probes = self._receive()
            self._turn()
            if probes or self._keeper.standing is not self._said:
                self._pass(Passed(done=tuple(probes)))
        self._keeper.close()

    def _pass(self, passed: Passed) -> None:
        """Whoever is told that something is durable finds its number among those given."""
        if self._keeper.standing is not self._said:
            self._said = self._keeper.standing
            passed = replace(passed, standing=self._said)
        self._tell(passed)

    def _has_hope(self) -> bool:
        """At the end: something is left, and the disk takes it."""
        return bool((self._load or self._pending or self._pending.lazy) and not self.trouble)

    def _receive(self) -> list[Done]:
        """Wait for something to do; everything that waits is taken in one go."""
        probes, wait = list[Done](), self._wait()
        try:
            job: Job | None = self._jobs.get(timeout=wait) if wait else self._jobs.get_nowait()
            while job is not None:
                self._sort(job, probes)
                job = self._jobs.get_nowait()
        except queue.Empty:
            pass
        return probes

    def _sort(self, job: Job, probes: list[Done]) -> None:
        if isinstance(job, Probe):
            self._touch()
            probes.append(job.done)
        elif isinstance(job, Stop):
            self._stopping = True
        elif isinstance(job, Broken):
            self._broken = job.opening
        else:
            if not self._pending.lazy:
                self._lazy_since = time.monotonic()
            self._pending.put(job)

    def _wait(self) -> float:
        """Seconds until there is something to do even if nobody says anything."""
        now = time.monotonic()
        if self._stopping:
            return 0.0
        if self.trouble:
            return max(0.01, self._retry_at - now)
        if self._load or self._pending:
            return 0.0
        if self._alone(now):
            return 0.0
        due = self._sweep_at
        if self._pending.lazy:
            due = min(due, self._lazy_since + self._tuning.alone_s)
        return max(0.01, due - now)

    def _ripe(self, now: float) -> bool:
        """Whether a transaction takes acknowledgements along."""
        wait = min(self._tuning.lazy_s, self._tuning.alone_s)
        old = now >= self._lazy_since + wait
        return old or self._stopping or self._pending.crowded or self._keeper.brimful

    def _alone(self, now: float) -> bool:
        """Whether what is lazy gets a transaction of its own."""
        old = now >= self._lazy_since + self._tuning.alone_s
        return self._pending.lazy and (old or self._stopping or self._pending.crowded)

    def _turn(self) -> None:
        now = time.monotonic()
        if self._broken:
            self._begin_anew()
        if self.trouble and now < self._retry_at and not self._stopping:
            self._hold()
            return
        if self._load or self._pending or self._alone(now) or self.trouble:
            self._write()
        elif now >= self._sweep_at:
            self._sweep_at = now + self._tuning.sweep_s
            self._guarded(self._sweep)

    def _begin_anew(self) -> None:
        """A reader came upon damage where the writer seldom looks."""
        opening, self._broken = self._broken, 0
        if opening != self._keeper.openings or self._keeper.db is None:
            return  # it has been closed since
        log.error("the journal is damaged, says a reader")
        if self._guarded_once(self._keeper.quarantine):
            self._write()

    def _write(self) -> None:
        ripe = self._ripe(time.monotonic())
        load = self._load = self._load or self._pending.take(acks=ripe)
        if not self._guarded(lambda: self._keeper.write(load)):
            self._hold()
            return
        self._load = None
        losses, self._keeper.losses = tuple(self._keeper.losses), []
        self._pass(Passed(tuple(load.done()), load.counted, losses, self._recovered()))
        self._guarded(self._keeper.tidy)

    def _guarded(self, action: Callable[[], None]) -> bool:
        """Whether it was done; what can be helped is helped, what cannot becomes the trouble."""
        for _ in range(HELPS):
            try:
                action()
            except Full as full:
                if not self._makes_space():
                    return self._refused(full.reason)
            except Refused as no:
                self._keeper.drop()
                return self._refused(no.reason)
            except Corrupt:
                log.exception("the journal is damaged")
                if not self._guarded_once(self._keeper.quarantine):
                    return False
            else:
                return True
        return self._refused("full")

    def _guarded_once(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except (Refused, Corrupt) as no:
            return self._refused(getattr(no, "reason", "corrupt"))
        return True

    def _makes_space(self) -> bool:
        try:
            return self._keeper.make_space()
        except (Refused, Corrupt):
            return False

    def _refused(self, reason: str) -> bool:
        first = not self.trouble
        self.trouble = reason
        self._retry_s = min(max(self._retry_s * 2, self._tuning.retry_s), self._tuning.retry_most_s)
        self._retry_at = time.monotonic() + self._retry_s
        if first:
            log.error("the disk refuses the journal: %s; held in memory", reason)
            self._tell(Passed(trouble=reason))
        return False

    def _recovered(self) -> str | None:
        if not self.trouble:
            return None
        log.warning("the disk takes the journal again")
        self.trouble, self._retry_s = "", 0.0
        self._keeper.fill_reserve()
        return ""

    def _hold(self) -> None:
        freed = self._pending.squeeze()
        if freed:
            self._tell(Passed(freed=freed))

    def _touch(self) -> None:
        """The watchdog's proof: the thread turns, and the database answers if it can."""
        db = self._keeper.db
        if db is not None and not self.trouble:
            self._guarded(db.touch)

    def _sweep(self) -> None:
        """By age, once the clock has kept its offset long enough to be believed."""
        now_ns = self._steady.utc(self._now())
        if now_ns is not None:
            self._keeper.sweep(now_ns)
