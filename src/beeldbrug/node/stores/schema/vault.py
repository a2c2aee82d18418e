"""The whole schema of the vault: every module of tables, on the one MetaData (migrations build exactly these)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from beeldbrug.node.stores.schema import (
    accounts,
    administration,
    committing,
    consult,
    image_requests,
    importing,
    ordering,
    own_patients,
    partners,
    picturing,
    rekeying,
    report_delivery,
    report_documents,
    reports,
    saving,
    sender_rejections,
    sending,
    tables,
    uploads,
    waking,
    ways,
)
from beeldbrug.node.stores.schema.columns import METADATA

MODULES: Final = (
    *(tables, accounts, administration, sending, consult, waking, saving, own_patients, partners, uploads, importing),
    *(ways, reports, report_delivery, report_documents, picturing, ordering, image_requests, committing, rekeying),
    sender_rejections,
)
"""Each holds the tables of one area; a new one is added here."""

VAULT: Final[MetaData] = METADATA
"""All their tables."""
