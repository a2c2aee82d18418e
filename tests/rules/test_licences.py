"""What comes along under the GNU General Public License is told, and nothing that we make holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from tests.rules.source import ROOT

PAGE = ROOT / "docs" / "reference" / "licences.md"
_NAME = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)
_TEXT = re.compile(r"licen|copying|notice", re.IGNORECASE)
_GPL = re.compile(r"(?<!lesser )GNU (?:affero )?general public licen", re.IGNORECASE)


def installed() -> Iterator[Distribution]:
    """What the product needs, as far as it is for this machine."""
    for name in _NAME.findall((ROOT / "requirements.lock").read_text()):
        try:
            yield distribution(name)
        except PackageNotFoundError:
            continue  # of another system


def speaks_of_gpl(one: Distribution) -> bool:
    """Whether a licence text in it does."""
    texts = [path for path in one.files or () if _TEXT.search(path.name) and path.suffix not in (".py", ".pyc")]
    found = (path.locate() for path in texts)
    return any(_GPL.search(" ".join(path.read_text(errors="replace").split())) for path in found if path.is_file())


def test_each_package_that_speaks_of_the_gpl_is_on_the_page() -> None:
    page = PAGE.read_text()
    found = {one.metadata["Name"].lower().replace("_", "-") for one in installed() if speaks_of_gpl(one)}
    assert "reportlab" in found, "the search finds nothing"
    assert {name for name in found if f"`{name}`" not in page} == set()


def test_our_package_holds_no_font_of_others() -> None:
    fonts = {path.suffix for path in (ROOT / "src" / "beeldbrug").rglob("*") if path.suffix in (".pfb", ".sfd", ".ttf")}
    assert fonts == set()
