"""Files and folders dropped on a page of a real browser, as the mouse does it (CDP, Input.dispatchDragEvent)."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator


def drop_on(place: Locator, *paths: Path) -> None:
    """Drag these from outside the browser and let go over the place."""
    page = place.page
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 20, "data": data}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **at})
    session.detach()
