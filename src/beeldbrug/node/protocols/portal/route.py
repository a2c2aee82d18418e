"""What a route of the portal's API is: method, path, who may call it, what it takes and gives. Values and types only.

A route's table entry is the whole truth of it: the API description, the check of permissions and the tests that walk
every route as everybody are made from it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from beeldbrug.model.account import Stage
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.usecases.sign_in.signing import Session, not_signed_in

PREFIX: Final = "/api/v1"
BODY_BYTES: Final = 256 * 1024
"""Longest JSON that a route takes."""

_VARIABLE = re.compile(r"\{([a-z_]+)\}")


@dataclass(slots=True)
class Call:
    """One request. ``maybe_session`` is the live session, at whatever stage, if there is one; ``body`` is of the
    route's type; ``address`` is the peer's; ``secure`` says whether it came over TLS."""

    variables: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[bytes, str]
    body: Any
    maybe_session: Session | None
    address: str
    origin: str
    secure: bool
    now: float

    @property
    def session(self) -> Session:
        """The session. Raises Denied ``not-signed-in``."""
        if self.maybe_session is None:
            raise not_signed_in()
        return self.maybe_session


@dataclass(slots=True)
class Reply:
    """An answer other than JSON. ``cookie`` is the token of a session to be set; empty clears it, None leaves it."""

    body: bytes | Iterator[bytes] | AsyncIterator[bytes] = b""
    status: int = 200
    content_type: str = ""
    length: int | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path below PREFIX. ``permission`` None: also for whoever has not signed in. ``stages`` are
    those of the session in which it may be called. ``handle`` gets the Portal. ``body`` bytes takes any content of at
    most ``body_bytes``."""

    method: str
    path: str
    permission: Permission | None
    handle: Callable[[Any, Call], Any]
    body: type | None = None
    answer: type | None = None
    stages: tuple[Stage, ...] = (Stage.IN,)
    body_bytes: int = BODY_BYTES
    act: bool = True
    """Whether a call counts as an act of the user, which puts off the end of an idle session."""
    once: bool = False
    """A GET that uses something up: never for HEAD, nor for a browser that only reads ahead."""
    visited: bool = False
    """Whether a browser itself goes there: what fails ends on a page in the reader's language, not in JSON."""
    form: bool = False
    """Whether a form of a page of ours posts it, which can set no header."""
    foreign: bool = False
    """Whether another system may call it, which proves itself; it is nobody's session."""
    gate: Callable[[Any, Call], Any] | None = None
    """Gets the Portal before the body is read, and refuses by raising: for who proves himself without a session."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the path below PREFIX; a variable is one step of it."""
        return re.compile(_VARIABLE.sub(r"(?P<\1>[A-Za-z0-9._~-]{1,128})", self.path))

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the path's variables."""
        return tuple(_VARIABLE.findall(self.path))
