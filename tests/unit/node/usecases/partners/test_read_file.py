"""A list of partners from a file, and what is wrong with a partner."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from beeldbrug.cli.partner.showing import as_object
from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Route
from beeldbrug.node.ports.partners import Door, Form, Partner, Way
from beeldbrug.node.usecases.partners.keep import faults
from beeldbrug.node.usecases.partners.read_file import read_partners

A = "00000001"
CSV = """\
id;name;ura;location;department;way;host;port;user;key;host_key;directory;form;ae_title;plain
noord;Ziekenhuis Noord;00000044;Hoofdlocatie;SEH;sftp;sftp.example;22;in;/etc/key;ssh-ed25519 AAAA;beelden;zip;;
noord;;;Hoofdlocatie;Radiologie;;;;;;;;;;
noord;Ziekenhuis Noord;;Polikliniek;;dicom;pacs.example;104;;;;;;NOORD;ja
ambu;Ambulance Zuid;;;;disc;;;;;;;;;
"""


def test_lines_of_one_id_are_one_partner() -> None:
    north, ambulance = read_partners(CSV.encode("utf-8-sig"), A)
    assert (north.id, north.name, north.ura) == ("noord", "Ziekenhuis Noord", "00000044")
    assert north.doors == (Door("Hoofdlocatie", "SEH"), Door("Hoofdlocatie", "Radiologie"), Door("Polikliniek", ""))
    assert [way.kind for way in north.ways] == [Route.SFTP, Route.DICOM]
    assert north.ways[0].form is Form.ZIP and north.ways[1].plain
    assert [way.kind for way in ambulance.ways] == [Route.DISC]
    assert faults(north) == faults(ambulance) == []


def test_what_the_list_prints_can_be_read_back() -> None:
    partners = read_partners(CSV.encode(), A)
    printed = json.dumps({"partners": [as_object(one) for one in partners]}).encode()
    assert read_partners(printed, A) == partners
    assert read_partners(json.dumps([as_object(one) for one in partners]).encode(), A) == partners


@pytest.mark.parametrize(
    "content",
    [b"", b"a;b\n1;2\n", b"id;name;way\nx;X;fax\n", b"id;name;way;port\nx;X;dicom;many\n", b'[{"id": 1}]', b"\xff\xfe"],
)
def test_a_file_that_is_wrong_is_refused_whole(content: bytes) -> None:
    with pytest.raises(Malformed, match="partner-file"):
        read_partners(content, A)


SFTP = Way(Route.SFTP, host="h", user="u", key="/k", host_key="ssh-ed25519 AAAA")
DICOM = Way(Route.DICOM, host="h", port=104, ae_title="NOORD", tls_ca="/ca.pem")
GOOD = Partner(A, "noord", "Noord", ways=(SFTP, DICOM))


@pytest.mark.parametrize(
    ("partner", "said"),
    [
        (replace(GOOD, id="disc"), "not 'disc'"),
        (replace(GOOD, id="../x"), "an id"),
        (replace(GOOD, name=""), "a name"),
        (replace(GOOD, ura="44"), "eight digits"),
        (replace(GOOD, ways=()), "1 to"),
        (replace(GOOD, ways=(replace(SFTP, host_key=""),)), "public key"),
        (replace(GOOD, ways=(replace(SFTP, key=""),)), "private key"),
        (replace(GOOD, ways=(replace(SFTP, host=""),)), "a host"),
        (replace(GOOD, ways=(replace(DICOM, tls_ca=""),)), "TLS is needed"),
        (replace(GOOD, ways=(replace(DICOM, plain=True),)), "either TLS or plain"),
        (replace(GOOD, ways=(replace(DICOM, ae_title="a\\b"),)), "AE titles"),
        (replace(GOOD, ways=(replace(DICOM, port=70000),)), "a port"),
        (replace(GOOD, ways=(Way(Route.HUB),)), "the hub"),
    ],
)
def test_each_fault_is_named(partner: Partner, said: str) -> None:
    assert faults(GOOD) == []
    assert any(said in fault for fault in faults(partner)), faults(partner)
