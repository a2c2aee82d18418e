"""Slots that processes share: counted over all, freed by an end of any kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from beeldbrug.kit.slots import Slots

_HOLD = """
import sys
from pathlib import Path
from beeldbrug.kit.slots import Slots
held = [Slots(Path(sys.argv[1])).take("associations", 3) for _ in range(2)]
print(all(held), flush=True)
sys.stdin.read()
"""


def test_no_more_than_so_many_are_taken_and_one_released_can_be_taken_again(tmp_path: Path) -> None:
    slots = Slots(tmp_path / "slots")
    held = [slots.take("a", 3) for _ in range(3)]
    assert all(held) and slots.take("a", 3) is None
    assert slots.take("b", 1) is not None, "another kind has its own"
    one = held[1]
    assert one is not None
    one.release()
    one.release()
    assert slots.take("a", 3) is not None and slots.take("a", 3) is None


def test_another_process_counts_and_a_killed_one_no_longer(tmp_path: Path) -> None:
    slots = Slots(tmp_path / "slots")
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "slots")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None and other.stdout.readline() == b"True\n"
            assert slots.take("associations", 3) is not None
            assert slots.take("associations", 3) is None
        finally:
            other.kill()
            other.wait(20)
    assert slots.take("associations", 3) is not None
