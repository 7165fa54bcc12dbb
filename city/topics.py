"""The topics of docs/protocol.md, section 1."""

import re
from dataclasses import dataclass

ID = re.compile(r"[a-z0-9-]{1,32}\Z")
"""Tenants, shards and gateways; devices too."""
UP = frozenset({"hello", "state", "urgent", "live", "backfill"})


@dataclass(frozen=True, slots=True)
class Topics:
    """One shard of one tenant."""

    tenant: str
    shard: str

    @property
    def root(self) -> str:
        return f"linli/v1/{self.tenant}/{self.shard}"

    @property
    def wanted(self) -> str:
        """What the city subscribes to."""
        return f"{self.root}/+/up/#"

    def down(self, gateway: str, branch: str) -> str:
        return f"{self.root}/{gateway}/down/{branch}"

    def up(self, topic: str) -> tuple[str, str] | None:
        """Gateway and branch of a topic; None for one that no box may publish on."""
        head, _, rest = topic.partition(f"{self.root}/")
        gateway, up, branch = (*rest.split("/"), "", "")[:3]
        whole = f"{self.root}/{gateway}/up/{branch}" == topic
        if head or up != "up" or not whole or branch not in UP or ID.match(gateway) is None:
            return None
        return gateway, branch
