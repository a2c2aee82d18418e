"""What a plan tells first."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.usecases.view.viewing import looked_at_first


def row(id: int, series: str = "1.2.1", number: int | None = None, has_come: bool = True) -> InstanceRow:
    return InstanceRow(
        id=id,
        organisation="00000001",
        origin="",
        study_uid="1.2",
        series_uid=series,
        instance_uid=f"{series}.{id}",
        sop_class="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax="1.2.840.10008.1.2.1",
        part10=False,
        header_place=None,
        first_header_length=0,
        pieces=(),
        bulks=(),
        size=0,
        hash=b"",
        state=InstanceState.COMPLETE if has_come else InstanceState.HEADER,
        received=0.0,
        instance_number=number,
    )


def test_the_middle_of_each_stack_comes_first_by_instance_number_and_the_first_of_a_few() -> None:
    scouts = [row(1, "1.2.1", 2), row(2, "1.2.1", 1)]
    stack = [row(10 + at, "1.2.2", number) for at, number in enumerate((9, 5, 1, 8, 4, 2, 7, 3, 6))]
    told = looked_at_first([*scouts, *stack])
    assert [(one.series_uid, one.instance_number) for one in told[:2]] == [("1.2.1", 1), ("1.2.2", 5)]


def test_of_a_series_that_is_arriving_it_is_one_that_has_come() -> None:
    told = looked_at_first([row(id, number=id, has_come=id in (3, 4)) for id in range(1, 10)])
    assert told[0].instance_number == 3


@given(st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(-5, 50), st.booleans()), max_size=30))
def test_every_row_is_told_once_and_the_others_keep_their_order(made: list[tuple[int, int | None, bool]]) -> None:
    rows = [row(id, f"1.2.{series}", number, come) for id, (series, number, come) in enumerate(made, 1)]
    told = looked_at_first(rows)
    heads = len({one.series_uid for one in rows})
    assert sorted(one.id for one in told) == [one.id for one in rows]
    assert len({one.series_uid for one in told[:heads]}) == heads
    assert all(one.id < other.id for one, other in pairwise(told[heads:]))
