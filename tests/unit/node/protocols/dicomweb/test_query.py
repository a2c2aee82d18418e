"""A search matches by what it says, and by nothing that it leaves out silently."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.dicomweb.attributes import INSTANCE, SERIES, STUDY
from beeldbrug.node.protocols.dicomweb.query import LIMIT_MOST, parse_query
from beeldbrug.node.stores.sql import searching


def test_keywords_and_tags_mean_the_same() -> None:
    by_keyword = parse_query("study", [("PatientName", "VRIES*"), ("StudyDate", "20200101-")])
    by_tag = parse_query("study", [("00100010", "VRIES*"), ("00080020", "20200101-")])
    assert by_keyword == by_tag
    assert by_tag.match["study"] == {"PatientName": "VRIES*", "StudyDate": "20200101-"}


def test_attributes_above_the_level_match_at_their_own_level() -> None:
    query = parse_query("instance", [("PatientID", "1"), ("Modality", "CT"), ("SOPInstanceUID", "1.2,1.3")])
    assert query.match == {
        "study": {"PatientID": "1"},
        "series": {"Modality": "CT"},
        "instance": {"SOPInstanceUID": "1.2\\1.3"},
    }


def test_an_empty_or_universal_value_matches_everything_and_is_returned() -> None:
    query = parse_query("study", [("StudyDescription", ""), ("PatientName", "*")])
    assert query.match["study"] == {}
    assert query.include == {"00081030", "00100010"}


def test_controls_are_read() -> None:
    fields = [("includefield", "PatientComments,00104000"), ("includefield", "all"), ("limit", "5"), ("offset", "7")]
    query = parse_query("study", [*fields, ("fuzzymatching", "true"), ("accept", "application/json")])
    assert (query.limit, query.offset, query.fuzzy, query.all, query.include) == (5, 7, True, True, {"00104000"})
    assert parse_query("study", [("limit", "999999999")]).limit == LIMIT_MOST


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (("Modality", "CT"), "attribute-not-searchable"),
        (("PatientAge", "001Y"), "attribute-not-searchable"),
        (("access_token", "x"), "attribute-not-searchable"),
        (("StudyInstanceUID", "1.2'"), "query-malformed"),
        (("limit", "-1"), "query-malformed"),
        (("offset", "many"), "query-malformed"),
        (("fuzzymatching", "perhaps"), "query-malformed"),
        (("includefield", "NoSuchKeyword"), "query-malformed"),
        (("PatientName", "x" * 20_000), "query-malformed"),
    ],
)
def test_what_cannot_be_matched_is_refused(field: tuple[str, str], code: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_query("study", [field])
    assert caught.value.code == code


def test_the_table_of_this_service_is_what_the_store_can_search() -> None:
    for attributes, stored in (
        (STUDY, searching.STUDY_ATTRIBUTES),
        (SERIES, searching.SERIES_ATTRIBUTES),
        (INSTANCE, searching.INSTANCE_ATTRIBUTES),
    ):
        assert {attribute.keyword for attribute in attributes if attribute.searchable} == set(stored)
