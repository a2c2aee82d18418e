"""Words by which people search for a patient, of every study that is here; and a study's words from the index alone.

They are made as this version makes them (``policy.finding``); who changes that adds a revision that makes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from beeldbrug.node.policy.finding.indexed import date_words, name_words, number_words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 1000

_STUDIES = sa.text(
    """
SELECT id, organisation, patient_name, birth_date, patient_number FROM study
WHERE id > :after ORDER BY id LIMIT :batch"""
)
_ADD = sa.text(
    "INSERT INTO name_word (organisation, kind, word, study) VALUES (:organisation, 'search', :word, :study)"
)


def upgrade() -> None:
    """Add the rows, a thousand studies at a time; then make the index anew, which is quicker than to grow it."""
    op.drop_index("name_word_of_study", "name_word")
    connection = op.get_bind()
    after = 0
    while studies := connection.execute(_STUDIES, {"after": after, "batch": BATCH}).all():
        after = studies[-1].id
        rows = [
            {"organisation": one.organisation, "word": word, "study": one.id} for one in studies for word in _words(one)
        ]
        if rows:
            connection.execute(_ADD, rows)
    op.create_index("name_word_of_study", "name_word", ["study", "kind", "word"])


def _words(study: sa.Row[Any]) -> Iterator[str]:
    number = number_words(study.patient_number)
    yield from dict.fromkeys((*name_words(study.patient_name), *date_words(study.birth_date), *number))
