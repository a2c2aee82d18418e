"""How much of its quota an organisation uses. Only ever of the caller itself."""

from __future__ import annotations

from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Transaction


def report_usage(hub: Hub, caller: Caller) -> dict[str, int]:
    """Figures as GET /v1/usage gives them; bytes and counts."""

    def work(transaction: Transaction) -> dict[str, int]:
        usage = transaction.accounts.usage(caller.ura)
        packs, segments = transaction.packs.counts(caller.ura)
        return {
            "quota": hub.limits.quota,
            "used": usage.used,
            "segment_bytes": usage.segment_bytes,
            "part_bytes": usage.part_bytes,
            "upload_bytes": usage.upload_bytes,
            "packs": packs,
            "segments": segments,
        }

    return hub.records.read(work)
