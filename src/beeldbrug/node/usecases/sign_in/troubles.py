"""Why a way in through another system ended, for the page on which the browser lands: it carries the code alone."""

from __future__ import annotations

from typing import Final

from beeldbrug.model.errors import BeeldbrugError, NotFound, Unavailable
from beeldbrug.node.policy import launch, provider, sign_in, smart

CODE_CHARACTERS: Final = 64


def out_of_order() -> Unavailable:
    """Any other fault: its own code is in the log and the trail."""
    return Unavailable(
        "way-in-failed",
        "Signing in by another system did not work.",
        "Sign in with an account of Beeldbrug; tell your administrator.",
    )


TROUBLES: Final[dict[str, BeeldbrugError]] = {
    error.code: error
    for error in (
        provider.wrong_issuer(),
        provider.wrong_audience(),
        provider.expired(),
        provider.wrong_nonce(),
        provider.malformed(),
        provider.wrong_signature(),
        provider.not_finished(),
        provider.cancelled(),
        provider.refused(),
        provider.no_role(),
        provider.not_sure_enough(),
        sign_in.account_disabled(),
        sign_in.account_ended(),
        sign_in.account_locked(),
        provider.unreachable(),
        launch.malformed(),
        launch.no_birth_date(),
        launch.link_refused(),
        launch.link_unreadable(),
        launch.link_ahead(),
        launch.over(),
        launch.no_account(),
        launch.no_role(),
        launch.nothing_here(),
        smart.foreign(),
        smart.no_patient(),
        smart.no_number(),
        smart.record_unreachable(),
        smart.record_unusable(),
        out_of_order(),
    )
}
"""By code."""


def trouble(code: str) -> BeeldbrugError:
    """What a code says. Raises NotFound ``trouble-unknown``."""
    if code not in TROUBLES:
        raise NotFound("trouble-unknown", "There is no such message.", "Go to the sign-in page.")
    return TROUBLES[code]


UNREADABLE: Final = frozenset({"query-malformed", "no-such-resource"})
"""Codes of an address that is no address of ours."""


def code_of(error: BeeldbrugError) -> str:
    """The code that the page is given."""
    if error.code in UNREADABLE:
        return launch.link_unreadable().code
    return error.code if error.code in TROUBLES else out_of_order().code
