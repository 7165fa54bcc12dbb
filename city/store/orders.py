"""Commands and what became of them."""

import sqlite3
import time

from city.parcels import Result
from city.store.base import STATES, Order

_COLUMNS = "id, gateway, target, action, args, ttl_ms, asker, kid, state, reason"


def insert(link: sqlite3.Connection, order: Order) -> None:
    now_ns = time.time_ns()
    link.execute(
        f"INSERT INTO command ({_COLUMNS}, sent_ns, changed_ns)"  # noqa: S608
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            order.id,
            order.gateway,
            order.target,
            order.action,
            order.args,
            order.ttl_ms,
            order.by,
            order.kid,
            order.state,
            order.reason,
            now_ns,
            now_ns,
        ),
    )


def find(link: sqlite3.Connection, name: str) -> Order | None:
    row = link.execute(f"SELECT {_COLUMNS} FROM command WHERE id = ?", (name,)).fetchone()  # noqa: S608
    if row is None:
        return None
    name, gateway, target, action, args, ttl_ms, by, kid, state, reason = row
    return Order(
        id=name,
        gateway=gateway,
        target=target,
        action=action,
        args=args,
        ttl_ms=ttl_ms,
        by=by,
        kid=kid,
        state=state,
        reason=reason,
    )


def conclude(link: sqlite3.Connection, gateway: str, result: Result, now_ns: int) -> bool:
    """Whether the command is ours, this box's, and knows more than before."""
    found = link.execute(
        "SELECT state FROM command WHERE id = ? AND gateway = ?", (result.id, gateway)
    ).fetchone()
    if found is None or STATES[result.state] <= STATES[found[0]]:
        return False
    link.execute(
        "UPDATE command SET state = ?, reason = ?, changed_ns = ? WHERE id = ?",
        (result.state, result.reason, now_ns, result.id),
    )
    return True
