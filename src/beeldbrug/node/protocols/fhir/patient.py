"""Reading one Patient of an EPD (FHIR R4, RESTful API section 3.2.0.4, read): JSON only, bounded, with a bearer token.

What an identifier was once (``use`` old) or is for now (temp) counts for nothing. Nothing that the server says in words
reaches anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from beeldbrug.kit.http import Client, Timeouts, Trust
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.policy.smart import no_patient, record_unreachable, record_unusable
from beeldbrug.node.ports.identity import PatientRecord

ANSWER_BYTES: Final = 256 * 1024
TIMEOUTS: Final = Timeouts(connect=4.0, read=8.0)
CONTENT_TYPES: Final = frozenset({"application/fhir+json", "application/json"})
NUMBERS_MOST: Final = 100
TEXT_CHARACTERS: Final = 256

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


class FhirPatients:
    """Implements ``ports.identity.PatientRecords`` over the FHIR server at ``base``."""

    def __init__(self, base: str, authority: Path | None = None) -> None:
        self._base = base.rstrip("/")
        self._authority = authority

    def patient(self, id: str, access_token: str) -> PatientRecord:
        """Read one.

        Raises Denied ``smart-no-patient``, ``smart-record-unusable``; Unavailable ``smart-record-unreachable``.
        """
        if not _ID.fullmatch(id) or id in (".", ".."):
            raise no_patient()
        told = self._read(f"{self._base}/Patient/{id}", access_token)
        if not isinstance(told, dict) or told.get("resourceType") != "Patient" or told.get("id") != id:
            raise record_unusable()
        listed = told.get("identifier", [])
        if not isinstance(listed, list) or len(listed) > NUMBERS_MOST:
            raise record_unusable()
        return PatientRecord(tuple(_numbers(listed)), _text(told, "birthDate"))

    def _read(self, url: str, access_token: str) -> Any:
        headers = {"Accept": "application/fhir+json", "Authorization": f"Bearer {access_token}"}
        client = Client(self._base, trust=Trust(self._authority), timeouts=TIMEOUTS, connections=1)
        try:
            answer = client.request("GET", url, headers=headers, limit=ANSWER_BYTES)
            if answer.headers.get("content-type", "").partition(";")[0].strip().lower() not in CONTENT_TYPES:
                raise record_unusable()
            return answer.json()
        except Unavailable:
            raise record_unreachable() from None
        except (BeeldbrugError, RecursionError):  # of a JSON that is nothing but brackets
            raise record_unusable() from None
        finally:
            client.close()


def _numbers(listed: list[Any]) -> list[tuple[str, str]]:
    given = [one for one in listed if isinstance(one, dict) and one.get("use") not in ("old", "temp")]
    pairs = [(_text(one, "system"), _text(one, "value")) for one in given]
    return [(system, value) for system, value in pairs if system and value]


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) and len(value) <= TEXT_CHARACTERS and value.isprintable() else ""
