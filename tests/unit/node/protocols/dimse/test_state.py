"""The state table is PS3.8 table 9-10, as another implementation has it too."""

import pytest
from pynetdicom.fsm import ACTIONS, TRANSITION_TABLE

from beeldbrug.model.errors import Conflict
from beeldbrug.node.protocols.dimse.pdu import PduType
from beeldbrug.node.protocols.dimse.state import EVENT_BY_PDU, TABLE, Action, Event, Machine, State


def test_table_is_that_of_the_standard() -> None:
    ours = {
        (f"Evt{event.value}", f"Sta{state.value}"): action.name.replace("_", "-")
        for event, row in TABLE.items()
        for state, action in row.items()
    }
    assert ours == TRANSITION_TABLE


@pytest.mark.parametrize("requestor", [False, True])
def test_every_cell_leads_to_the_state_that_the_standard_names(requestor: bool) -> None:
    for event, row in TABLE.items():
        for state, action in row.items():
            machine = Machine(requestor)
            machine.state = state
            assert machine.take(event) is action
            expected = ACTIONS[action.name.replace("_", "-")][-1]
            if action is Action.AR_8:
                expected = expected[0] if requestor else expected[1]
            if action is Action.AE_6:
                expected = expected[0]
            assert f"Sta{machine.state.value}" == expected


def test_every_event_has_a_row_and_every_pdu_an_event() -> None:
    assert set(TABLE) == set(Event)
    assert set(EVENT_BY_PDU) == set(PduType)


def test_what_cannot_happen_is_refused_and_changes_nothing() -> None:
    machine = Machine(requestor=False)
    with pytest.raises(Conflict):
        machine.take(Event.DATA)
    assert machine.state is State.IDLE
