"""The BSN quality report in words: where a BSN was found or why not, what to do about it, and the letter to the sender.

Dutch and English; pure, no identity. Attributes by their names in the standard (PS3.6).
"""

from __future__ import annotations

from collections.abc import Mapping

from beeldbrug.model.figures import BsnFinding
from beeldbrug.node.policy.bsn_quality import RIGHT, SenderQuality

Pair = tuple[str, str]
"""Dutch and English."""

_NUMBER, _SEQUENCE = "Patient ID (0010,0020)", "Other Patient IDs Sequence (0010,1002)"
_RETIRED, _ISSUER = "Other Patient IDs (0010,1000)", "Issuer of Patient ID (0010,0021)"

WORDS: Mapping[BsnFinding, Pair] = {
    RIGHT: (f"in {_SEQUENCE}", f"in {_SEQUENCE}"),
    BsnFinding.PATIENT_ID: (f"in {_NUMBER}", f"in {_NUMBER}"),
    BsnFinding.HL7_PID_3: ("in HL7 PID-3, niet in de beelden", "in HL7 PID-3, not in the images"),
    BsnFinding.CAPSULE: ("naast de beelden, niet erin", "beside the images, not in them"),
    BsnFinding.ELSEWHERE: ("op een andere plaats", "in another place"),
    BsnFinding.SEVERAL: ("verschillende BSN's in één onderzoek", "different BSNs in one study"),
    BsnFinding.ELEVEN_TEST: ("voldoet niet aan de elfproef", "fails the 11-test"),
    BsnFinding.ALL_ZEROS: ("alleen nullen", "zeros only"),
    BsnFinding.NOT_NINE_DIGITS: ("geen negen cijfers", "not nine digits"),
    BsnFinding.SEQUENCE_WITHOUT_ISSUER: (
        f"in {_SEQUENCE}, zonder uitgever",
        f"in {_SEQUENCE}, without issuer",
    ),
    BsnFinding.PATIENT_ID_WITHOUT_ISSUER: (
        f"mogelijk in {_NUMBER}, zonder uitgever",
        f"perhaps in {_NUMBER}, without issuer",
    ),
    BsnFinding.OTHER_PATIENT_IDS: (
        f"mogelijk in {_RETIRED}, vervallen attribuut",
        f"perhaps in {_RETIRED}, a retired attribute",
    ),
    BsnFinding.ABSENT: ("nergens een BSN", "no BSN anywhere"),
    BsnFinding.UNREAD: ("kenmerken niet leesbaar", "attributes not readable"),
}
"""Where it was found, or why not."""

MENDING: Mapping[BsnFinding, Pair] = {
    BsnFinding.PATIENT_ID: (
        f"Laat in {_NUMBER} uw eigen patiëntnummer staan en zet het BSN in {_SEQUENCE}.",
        f"Keep your own patient number in {_NUMBER} and put the BSN into {_SEQUENCE}.",
    ),
    BsnFinding.HL7_PID_3: (
        "Laat het systeem dat de beelden maakt of verstuurt het BSN overnemen uit PID-3.",
        "Have the system that makes or sends the images take the BSN over from PID-3.",
    ),
    BsnFinding.CAPSULE: ("Zet het BSN ook in de beelden zelf.", "Put the BSN into the images themselves as well."),
    BsnFinding.ELSEWHERE: (f"Zet het BSN in {_SEQUENCE}.", f"Put the BSN into {_SEQUENCE}."),
    BsnFinding.SEVERAL: (
        "Zoek deze onderzoeken op: één onderzoek hoort bij één patiënt. Kijk naar samengevoegde dossiers.",
        "Look these studies up: one study is of one patient. Look at records that were merged.",
    ),
    BsnFinding.ELEVEN_TEST: (
        "Controleer het BSN bij de inschrijving met de elfproef; er is een cijfer verkeerd.",
        "Check the BSN by its 11-test at registration; a digit is wrong.",
    ),
    BsnFinding.ALL_ZEROS: (
        "Laat het nummer weg als het BSN niet bekend is; vul geen nullen in.",
        "Leave the number out when the BSN is not known; do not fill in zeros.",
    ),
    BsnFinding.NOT_NINE_DIGITS: (
        "Schrijf negen cijfers zonder tekst, met de nul vooraan; zet een eigen nummer onder uw eigen uitgever.",
        "Write nine digits without text, the leading zero included; put a number of your own under your own issuer.",
    ),
    BsnFinding.SEQUENCE_WITHOUT_ISSUER: (
        f"Vul in hetzelfde item {_ISSUER} met NLMINBIZA.",
        f"In the same item, set {_ISSUER} to NLMINBIZA.",
    ),
    BsnFinding.PATIENT_ID_WITHOUT_ISSUER: (
        f"Vul {_ISSUER} altijd. Is dit het BSN, zet het dan in {_SEQUENCE}.",
        f"Always set {_ISSUER}. If this is the BSN, put it into {_SEQUENCE}.",
    ),
    BsnFinding.OTHER_PATIENT_IDS: (
        f"Dit attribuut kent geen uitgever. Is dit het BSN, zet het dan in {_SEQUENCE}.",
        f"This attribute has no issuer. If this is the BSN, put it into {_SEQUENCE}.",
    ),
    BsnFinding.ABSENT: (
        f"Laat de modaliteit het BSN uit de werklijst overnemen in {_SEQUENCE}, of het PACS bij het verzenden.",
        f"Have the modality take the BSN from the worklist into {_SEQUENCE}, or the PACS when it sends.",
    ),
    BsnFinding.UNREAD: (
        "Meld dit bij uw leverancier: de kenmerken van deze beelden volgen DICOM niet.",
        "Tell your supplier: the attributes of these images do not follow DICOM.",
    ),
}
"""What the sender can do about it; of what is RIGHT nothing."""

_FORM: Pair = (
    """Zo staat het goed in DICOM (PS3.3 C.7.1.1):
  (0010,0020) Patient ID                    uw eigen patiëntnummer
  (0010,0021) Issuer of Patient ID          uw eigen uitgever
  (0010,1002) Other Patient IDs Sequence
    > (0010,0020) Patient ID                het BSN: negen cijfers
    > (0010,0021) Issuer of Patient ID      NLMINBIZA
    > (0010,0022) Type of Patient ID        TEXT
En in HL7 v2: PID-3 met een herhaling BSN^^^NLMINBIZA^NNNLD""",
    """This is how it stands right in DICOM (PS3.3 C.7.1.1):
  (0010,0020) Patient ID                    your own patient number
  (0010,0021) Issuer of Patient ID          your own issuer
  (0010,1002) Other Patient IDs Sequence
    > (0010,0020) Patient ID                the BSN: nine digits
    > (0010,0021) Issuer of Patient ID      NLMINBIZA
    > (0010,0022) Type of Patient ID        TEXT
And in HL7 v2: PID-3 with a repetition BSN^^^NLMINBIZA^NNNLD""",
)

_TITLE: Pair = (
    """BSN in DICOM-beelden van {sender}
Periode: {since} tot en met {until}""",
    """BSN in DICOM images of {sender}
Period: {since} to {until}""",
)
_COUNTED: Pair = (
    """{receiver} ontving in deze periode {studies} onderzoeken van u, en zocht in elk het BSN van de patiënt.
Bij {right} stond het goed.""",
    """{receiver} received {studies} studies from you in this period, and looked for the patient's BSN in each.
In {right} it stood right.""",
)
_REST: Pair = ("Wat beter kan:", "What can be better:")
_LINE: Pair = ("- {count}: {what}\n  Wat te doen: {mend}", "- {count}: {what}\n  What to do: {mend}")
_END: Pair = (
    """Met een BSN op deze plaats vindt de ontvanger de patiënt zonder handwerk.
Dit overzicht telt onderzoeken en bevat geen patiëntgegevens.""",
    """With a BSN in this place the receiver finds the patient without work by hand.
This report counts studies and holds nothing of a patient.""",
)


def letter(one: SenderQuality, sender: str, receiver: str, since: str, until: str, language: str) -> str:
    """The text for a sender whose counts are not hidden, in Dutch or English ("en"). Names as people read them;
    ``since`` and ``until`` are days."""
    at = int(language == "en")

    def counted(count: int) -> str:
        return f"{count} ({percent(one.share(count), language)})"

    rest = [
        _LINE[at].format(count=counted(one.findings[finding]), what=WORDS[finding][at], mend=MENDING[finding][at])
        for finding in BsnFinding
        if finding is not RIGHT and finding in one.findings
    ]
    parts = [
        _TITLE[at].format(sender=sender, since=since, until=until),
        _COUNTED[at].format(receiver=receiver, studies=one.studies.value, right=counted(one.right)),
        *(["\n".join([_REST[at], *rest])] if rest else []),
        _FORM[at],
        _END[at],
    ]
    return "\n\n".join(parts) + "\n"


def percent(share: float, language: str) -> str:
    """A share as people read it: whole, and 0 and 100 only when it is all or nothing."""
    whole = round(share * 100)
    if 0 < share < 1:
        whole = min(99, max(1, whole))
    return f"{whole}%" if language == "en" else f"{whole} %"
