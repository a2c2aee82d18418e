"""OHIF, a viewer that is not ours, opens a study over DICOMweb and sees nothing outside its token's scope."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import Purpose
from beeldbrug.node.ports.records import TokenRow
from beeldbrug.node.usecases.tokens.create import create_token
from tests.e2e.studies import make_study
from tests.e2e.world import World
from tests.peers.ohif import ohif_site, served
from tests.peers.processes import wait_until

__all__ = ["ohif_site"]

SECONDS = 90.0

pytestmark = pytest.mark.timeout(900)
"""OHIF is fetched at the first use, and is slow to open."""


def test_ohif_opens_the_study_of_its_token_and_none_beside_it(
    world: World, patient: PhantomPatient, chromium: Browser, ohif_site: Path
) -> None:
    shown, hidden = make_study(patient, 4), make_study(patient, 3)
    for study in (shown, hidden):
        world.send(study, "ROUTINE_B")
    for study in (shown, hidden):
        world.imported(study[0].study_uid)
    uid, other = shown[0].study_uid, hidden[0].study_uid
    row = world.b.exchange(uid)
    assert row is not None
    now = time.time()
    scope = TokenRow(world.b.site.ura, "ohif", "01.015", Purpose.TREATMENT.value, now + 600, (row.id,), ())
    token = create_token(world.b.vault.database, scope, "test", now)
    dicomweb = f"http://127.0.0.1:{world.b.site.web_port}/dicomweb"
    with served(ohif_site, dicomweb, token) as ohif:
        page = chromium.new_page()
        page.goto(f"{ohif.url}/viewer?StudyInstanceUIDs={uid}")
        frames = f"/studies/{uid}/series/"

        def came() -> bool:
            return any(path.startswith(frames) and "/frames/" in path and status == 200 for path, status in ohif.asked)

        wait_until(came, "OHIF asks for frames", SECONDS)
        searches = [path for path, _ in ohif.asked if path.startswith("/studies?")]
        page.goto(f"{ohif.url}/viewer?StudyInstanceUIDs={other}")
        wait_until(lambda: any(other in path for path, _ in ohif.asked), "OHIF asks for the other study", SECONDS)
        page.close()
    assert searches, "OHIF looks for all studies of the patient"
    assert not any(other.encode() in body for body in ohif.bodies)
    assert all(status in (204, 404) or "?" in path for path, status in ohif.asked if f"/studies/{other}" in path)
