"""May a picture without a name be handed out, and what its header says of text and faces in the pixels. Pure.

The header's word is only a beginning: Burned In Annotation (0028,0301) is optional and often wrong (PS3.3 C.7.6.1.1.5),
so the browser looks at the pixels too, and a human looks last. Nothing here proves that a picture holds no identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from beeldbrug.model.decision import Decision, Effect, Reason
from beeldbrug.model.exchange import Ground, Purpose, Terms

TABLE_VERSION = "picture-1"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of the instance says. Values as they stand there, empty when absent; ``image_type`` are the
    values of (0008,0008)."""

    burned_in: str = ""
    recognisable: str = ""
    modality: str = ""
    sop_class: str = ""
    image_type: tuple[str, ...] = ()
    conversion: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the use case has gathered. ``looked``: the human says that he has looked at all of it; ``doubt``: the check
    of the pixels found text, or cannot say; ``objection``: the patient's recorded refusal."""

    terms: Terms
    header: Header
    looked: bool
    doubt: bool = False
    objection: bool = False


BURNED_IN = Reason(
    "picture-burned-in",
    "Volgens de kop staat er tekst in het beeld gebrand.",
    "By its header there is text burned into the image.",
    "Kijk het hele beeld na en dek af wat naar de patiënt leidt.",
    "Look at all of the image and cover what leads to the patient.",
)
OFTEN_TEXT = Reason(
    "picture-often-text",
    "In beelden van deze soort (echo, schermafdruk, doorlichting) staat vaak een naam of nummer.",
    "Images of this kind (ultrasound, screen capture, fluoroscopy) often have a name or number in them.",
    "Kijk vooral langs de randen.",
    "Look along the edges above all.",
)
FACE_PERHAPS = Reason(
    "picture-face-perhaps",
    "Dit is een foto van buiten: een gezicht, litteken of tatoeage kan de patiënt herkenbaar maken.",
    "This is a photograph from outside: a face, scar or tattoo can make the patient recognisable.",
    "Dek af wat herkenbaar is, of verstuur het onderzoek aan een ontvanger met naam.",
    "Cover what can be recognised, or send the study to a named receiver.",
)
RECOGNISABLE = Reason(
    "picture-recognisable",
    "Volgens de kop is de patiënt aan het beeld te herkennen; zonder naam is het dan niet anoniem.",
    "By its header the patient can be recognised in the image; without a name it is not anonymous then.",
    "Verstuur het onderzoek aan een ontvanger met naam.",
    "Send the study to a named receiver.",
)
NO_IMAGE = Reason(
    "picture-no-image",
    "Dit is een document of rapport, geen beeld.",
    "This is a document or report, not an image.",
    "Verstuur het als deel van het onderzoek.",
    "Send it as a part of the study.",
)
NOT_LOOKED_AT = Reason(
    "picture-not-looked-at",
    "Niemand heeft bevestigd dat hij het hele beeld heeft bekeken.",
    "Nobody has confirmed to have looked at all of the image.",
    "Kijk het beeld na, dek af wat niet mee mag, en bevestig dat.",
    "Look at the image, cover what may not go along, and confirm that.",
)
NO_ONE_NAMED = Reason(
    "picture-for-whom",
    "Er is niet gezegd voor wie het plaatje is, of wie verantwoordelijk is.",
    "It was not said for whom the picture is, or who is responsible.",
    "Vul beide in.",
    "Fill in both.",
)
NO_CONSENT = Reason(
    "picture-consent",
    "Bij deze grond hoort vastgelegde toestemming.",
    "This ground takes registered consent.",
    "Schrijf wie toestemming vroeg en wanneer, of kies een andere grond.",
    "Write who asked for consent and when, or choose another ground.",
)
NOT_FOR_PICTURES = Reason(
    "picture-ground",
    "Dit doel of deze grond past niet bij een plaatje zonder naam.",
    "This purpose or ground does not fit a picture without a name.",
    "Kies een ander doel of een andere grond.",
    "Choose another purpose or ground.",
)
OBJECTED = Reason(
    "picture-objection",
    "De patiënt heeft bezwaar gemaakt tegen uitwisseling.",
    "The patient has objected to exchange.",
    "Bespreek het met de patiënt.",
    "Discuss it with the patient.",
)
PERMITTED = Reason(
    "picture-looked-at",
    "Door een mens bekeken en bevestigd; geen bewijs.",
    "Looked at and confirmed by a human; no proof.",
)

OFTEN: Final = frozenset(
    {"US", "IVUS", "SC", "OT", "ES", "XA", "RF", "BI", "BDUS", "OP", "DOC", "ECG", "EPS", "HD", "MG"}
)
"""Modalities (PS3.3 C.7.3.1.1.1) whose machines draw on their images, or that are captures of screens."""

PHOTOGRAPHS: Final = frozenset({"XC", "GM", "DMS", "AS"})
"""Photographs from outside of the body, and dermoscopy."""

CAPTURES: Final = "1.2.840.10008.5.1.4.1.1.7"
"""Secondary Capture Image Storage and its multi-frame kin (PS3.4 B.5)."""

NO_PICTURES: Final = ("1.2.840.10008.5.1.4.1.1.104.", "1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.11.")
"""Encapsulated documents, structured reports (dose reports too), presentation states."""

PURPOSES: Final = frozenset({Purpose.TREATMENT, Purpose.EMERGENCY, Purpose.PATIENT_REQUEST, Purpose.TRAINING})

GROUNDS: Final[dict[Ground, Callable[[Terms], bool]]] = {
    Ground.ANONYMOUS: lambda terms: True,
    Ground.OWN_TEAM: lambda terms: True,
    Ground.CONSULTATION: lambda terms: bool(terms.consent),
    Ground.REFERRAL: lambda terms: True,
    Ground.EMERGENCY: lambda terms: True,
    Ground.PATIENT_CARRIES: lambda terms: True,
}
"""The grounds that a picture can go on, and whether what each demands is there."""


def warnings(header: Header) -> tuple[Reason, ...]:
    """What whoever looks must know of the image before he does; empty is no promise."""
    found = []
    capture = header.sop_class == CAPTURES or header.sop_class.startswith(CAPTURES + ".")
    secondary = header.image_type[1:2] == ("SECONDARY",) or "SCREEN SAVE" in header.image_type
    if header.burned_in.upper() == "YES":
        found.append(BURNED_IN)
    elif header.modality in OFTEN or capture or secondary or header.conversion:
        found.append(OFTEN_TEXT)
    if header.modality in PHOTOGRAPHS:
        found.append(FACE_PERHAPS)
    return (*found, *forbidden(header))


def forbidden(header: Header) -> tuple[Reason, ...]:
    """Why no picture without a name can be made of it at all."""
    found = []
    if header.recognisable.upper() == "YES":
        found.append(RECOGNISABLE)
    if header.sop_class.startswith(NO_PICTURES):
        found.append(NO_IMAGE)
    return tuple(found)


def may_hand_out(facts: Facts) -> Decision:
    """PERMIT with what was to be known of it, or DENY with every reason that stands in the way."""
    terms = facts.terms
    lacking = [
        *forbidden(facts.header),
        *([OBJECTED] if facts.objection else []),
        *([] if facts.looked else [NOT_LOOKED_AT]),
        *([] if terms.receiver.person.strip() and terms.responsible.strip() else [NO_ONE_NAMED]),
        *([] if terms.purpose in PURPOSES and terms.ground in GROUNDS else [NOT_FOR_PICTURES]),
    ]
    if not lacking and not GROUNDS[terms.ground](terms):
        lacking.append(NO_CONSENT)
    if lacking:
        return Decision(Effect.DENY, tuple(lacking), (), TABLE_VERSION)
    obligations = ("looked-for-text",) if facts.doubt or warnings(facts.header) else ()
    return Decision(Effect.PERMIT, (PERMITTED, *warnings(facts.header)), obligations, TABLE_VERSION)
