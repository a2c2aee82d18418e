"""``beeldbrug park send``: say for whom a parked study is, and let it go; policy decides anew."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import (
    Consent,
    Department,
    Exchange,
    GroundOption,
    Json,
    Lang,
    Person,
    PurposeOption,
    Question,
    Receiver,
    ReceiverName,
    Responsible,
    Settings,
    UrgencyOption,
    actor,
    language,
)
from beeldbrug.cli.output import Output
from beeldbrug.cli.terms import choice, party
from beeldbrug.cli.words import word
from beeldbrug.node.usecases.overview import find_exchange
from beeldbrug.node.usecases.release import release


def command(
    exchange: Exchange,
    settings: Settings,
    receiver: Receiver = None,
    receiver_name: ReceiverName = None,
    department: Department = None,
    person: Person = None,
    ground: GroundOption = None,
    purpose: PurposeOption = None,
    responsible: Responsible = None,
    urgency: UrgencyOption = None,
    question: Question = None,
    consent: Consent = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Send a parked study; what is not given stays as the exchange has it."""
    output = Output(json, language(lang))
    to = party(receiver, receiver_name, department, person)
    chosen = choice(to, purpose, ground, responsible, urgency, question, consent)
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        terms = release(base.database, base.own.ura, row.id, chosen, actor(), base.clock.now())
    output.say(word("released", output.language))
    output.done({"exchange": row.id, "receiver": terms.receiver.organisation, "urgency": terms.urgency.value})
