"""Behind a proxy that has another name, links still lead to where clients can go."""

from __future__ import annotations

import pytest

from beeldbrug.node.app.web import web_application
from tests.ingest import Bench
from tests.instances import make
from tests.unit.node.protocols.dicomweb.calls import caller

INSIDE = "10.20.0.9:8450"


@pytest.mark.parametrize("public_url", ["https://beelden.example.nl", "https://beelden.example.nl/noord/"])
def test_links_lead_through_the_public_url_and_what_they_name_is_there(bench: Bench, public_url: str) -> None:
    bench.ingest().add(make(EncapsulatedDocument=bytes(100_000)))
    get = caller(web_application(bench.reading, public_url), host=INSIDE)
    root = public_url.rstrip("/") + "/dicomweb"
    links = [get(path).json[0]["00081190"]["Value"][0] for path in ("/studies", "/series", "/instances")]
    (instance,) = get("/studies/" + links[0].rpartition("/")[2] + "/metadata").json
    links.append(instance["00420011"]["BulkDataURI"])
    assert all(link.startswith(root + "/studies/") for link in links)
    assert [get(link.removeprefix(root), accept="*/*").status for link in links] == [200] * 4
    ((_, body),) = get(links[-1].removeprefix(root)).parts
    assert body == bytes(100_000)


def test_without_a_public_url_links_are_as_the_client_asked(bench: Bench) -> None:
    bench.ingest().add(make())
    (study,) = caller(web_application(bench.reading), host=INSIDE)("/studies").json
    assert study["00081190"]["Value"][0].startswith(f"https://{INSIDE}/dicomweb/studies/")
