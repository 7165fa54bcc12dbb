"""What is known of the boxes themselves: their starts, what was asked of them, alarms, asides."""

import sqlite3
from collections.abc import Sequence

from city.hello import PATIENCE, RUNS, Ask, Known, Renew, Verdict, judge
from city.parcels import Aside, Hello
from city.ranges import Ranges
from city.store.had import Had
from city.store.names import Names

MOST_ASIDES = 1000
"""Payloads kept for people to look at; all are counted."""
ASIDE_BYTES = 4096


class Boxes:
    """Inside the caller's transaction.  Times are UTC in nanoseconds."""

    def __init__(self, link: sqlite3.Connection, names: Names, had: Had) -> None:
        self._link, self._names, self._had = link, names, had

    def greet(self, hello: Hello, now_ns: int) -> Verdict:
        """What is to be answered, and remembered as answered."""
        box = self._names.gateway(hello.gateway)
        known = self._known(box, hello)
        verdict = judge(hello, known)
        if hello.run:
            self._remember(box, hello.run, verdict.renew or known.promised)
        if verdict.renew is not None:
            self.alarm(hello.gateway, verdict.renew.why, hello.run, now_ns)
        for late in self._asked(box, verdict.asks):
            self.alarm(hello.gateway, "unfilled", late, now_ns)
        self._link.execute(
            "UPDATE gateway SET online = 1, about = ? WHERE id = ?", (hello.about, box)
        )
        return verdict

    def present(self, gateway: str, online: bool) -> None:
        box = self._names.gateway(gateway)
        self._link.execute("UPDATE gateway SET online = ? WHERE id = ?", (int(online), box))

    def seen(self, gateways: set[str], now_ns: int) -> None:
        rows = [(now_ns, self._names.gateway(name)) for name in gateways]
        self._link.executemany("UPDATE gateway SET seen_ns = ? WHERE id = ?", rows)

    def aside(self, aside: Aside, now_ns: int) -> None:
        box = self._names.gateway(aside.gateway)
        kept = (box, aside.should_be, now_ns, aside.payload[:ASIDE_BYTES])
        self._link.execute(
            "INSERT INTO aside (gateway, should_be, utc_ns, payload) VALUES (?,?,?,?)", kept
        )
        self._link.execute(
            "DELETE FROM aside WHERE id <= (SELECT max(id) FROM aside) - ?", (MOST_ASIDES,)
        )
        self._link.execute("UPDATE gateway SET asides = asides + 1 WHERE id = ?", (box,))
        self.alarm(aside.gateway, "aside", aside.should_be, now_ns)

    def alarm(self, gateway: str, what: str, detail: str, now_ns: int) -> None:
        self._link.execute(
            "INSERT INTO alarm VALUES (?,?,?,?,?,1) ON CONFLICT DO UPDATE"
            " SET times = times + 1, last_ns = excluded.last_ns",
            (self._names.gateway(gateway), what, detail, now_ns, now_ns),
        )

    def _known(self, box: int, hello: Hello) -> Known:
        rows = self._link.execute(
            "SELECT run, at_least, why FROM run WHERE gateway = ? ORDER BY id", (box,)
        ).fetchall()
        told = {run: Renew(at_least, why) for run, at_least, why in rows if at_least}
        (top,) = self._link.execute(
            "SELECT max(coalesce((SELECT max(epoch) FROM sequence WHERE gateway = ?1), 0),"
            " (SELECT promised FROM gateway WHERE id = ?1))",
            (box,),
        ).fetchone()

        def had(stream: str, epoch: int) -> Ranges:
            found = self._link.execute(
                "SELECT id FROM sequence WHERE gateway = ? AND stream = ? AND epoch = ?",
                (box, stream, epoch),
            ).fetchone()
            return Ranges() if found is None else self._had.of(found[0])

        return Known(
            runs=[run for run, _, _ in rows],
            promised=told.get(hello.run),
            top_epoch=top,
            had=had,
        )

    def _remember(self, box: int, run: str, renew: Renew | None) -> None:
        """The run is the latest one now; what it was promised stays with it."""
        at_least, why = (0, "") if renew is None else (renew.at_least, renew.why)
        self._link.execute("DELETE FROM run WHERE gateway = ? AND run = ?", (box, run))
        self._link.execute(
            "INSERT INTO run (gateway, run, at_least, why) VALUES (?,?,?,?)",
            (box, run, at_least, why),
        )
        self._link.execute(
            "DELETE FROM run WHERE gateway = ?1 AND id NOT IN"
            " (SELECT id FROM run WHERE gateway = ?1 ORDER BY id DESC LIMIT ?2)",
            (box, RUNS),
        )
        self._link.execute(
            "UPDATE gateway SET promised = max(promised, ?) WHERE id = ?", (at_least, box)
        )

    def _asked(self, box: int, asks: Sequence[Ask]) -> list[str]:
        """Remember what is asked for; what was asked for too often, as ``stream epoch``."""
        rows = self._link.execute(
            "SELECT stream, epoch, first, last, times FROM asked WHERE gateway = ?", (box,)
        )
        before = {tuple(key): times for *key, times in rows}
        keys = [(ask.stream, ask.epoch, *each) for ask in asks for each in ask.ranges]
        now = {key: before.get(key, 0) + 1 for key in keys}
        self._link.execute("DELETE FROM asked WHERE gateway = ?", (box,))
        self._link.executemany(
            "INSERT INTO asked VALUES (?,?,?,?,?,?)",
            [(box, *key, times) for key, times in now.items()],
        )
        late = [f"{key[0]} {key[1]}" for key, times in now.items() if times >= PATIENCE]
        return list(dict.fromkeys(late))
