"""After a restore the next key statement has a number that was never used."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from beeldbrug.model.errors import Denied
from beeldbrug.node.usecases.own_keys import current_statement
from beeldbrug.node.usecases.take_up import take_up_sequence
from beeldbrug.sealed.keys import new_signing_key
from beeldbrug.sealed.statement import VERSION, KeyStatement, read_statement, sign_statement
from tests.unit.cli.runs import URA, Node


def hub_with(statement: str) -> Any:
    """A hub that has this statement of ours."""
    return SimpleNamespace(correspondent=lambda ura: SimpleNamespace(organisation=ura, statement=statement))


def test_the_next_statement_is_above_the_hubs(node: Node) -> None:
    with node.base() as base:
        now = base.clock.now()
        current_statement(base.own, base.database, now)
        later = sign_statement(KeyStatement(VERSION, URA, 41, now - 60, now + 3600, ()), base.own.signing_key)
        assert take_up_sequence(base.own, base.database, hub_with(later), now) == 41
        token = current_statement(base.own, base.database, now)
        statement = read_statement(token, base.own.signing_key.public_key(), URA)
        assert statement.sequence == 42 and len(statement.keys) == 1
        assert take_up_sequence(base.own, base.database, hub_with(later), now) == 42
        assert take_up_sequence(base.own, base.database, hub_with(""), now) == 42


def test_a_statement_that_we_did_not_sign_is_not_taken_up(node: Node) -> None:
    with node.base() as base:
        now = base.clock.now()
        forged = sign_statement(KeyStatement(VERSION, URA, 41, now - 60, now + 3600, ()), new_signing_key())
        with pytest.raises(Denied):
            take_up_sequence(base.own, base.database, hub_with(forged), now)
