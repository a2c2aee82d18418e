"""Every path of the table is found, every other one is not."""

from __future__ import annotations

import re

import pytest

from beeldbrug.model.errors import Malformed, NotFound
from beeldbrug.node.protocols.dicomweb.routes import ROUTES, Route, match

VALUES = {"study": "1.2", "series": "1.2.3", "instance": "1.2.3.4", "frames": "1,2,9", "path...": "00540016/0/7FE00010"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.template)
def test_every_route_is_found_with_its_variables(route: Route) -> None:
    path = re.sub(r"\{([a-z.]+)\}", lambda name: VALUES[name.group(1)], route.template)
    found, variables = match(path)
    assert found is route
    assert variables == {name.rstrip("."): VALUES[name] for name in re.findall(r"\{([a-z.]+)\}", route.template)}


@pytest.mark.parametrize("path", ["", "/", "/patients", "/studies/1.2/nothing", "/studies/1.2/series/1.2/x/1/y"])
def test_other_paths_are_not_there(path: str) -> None:
    with pytest.raises(NotFound, match="no-such-resource"):
        match(path)


@pytest.mark.parametrize(
    "path",
    [
        "/studies/1.2..%2F..",
        "/studies/' OR 1=1",
        "/studies/" + "1" * 65,
        "/studies/1/series/1/instances/1/frames/1,,2",
        "/studies/1/series/1/instances/1/frames/a",
        "/studies/1/series/1/instances/1/bulkdata/../../x",
    ],
)
def test_a_variable_that_cannot_be_one_is_refused(path: str) -> None:
    with pytest.raises(Malformed, match="path-malformed"):
        match(path)
