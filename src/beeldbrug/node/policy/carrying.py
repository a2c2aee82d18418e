"""What is found on a disc or other carrier, in words, and who is one patient on it. Pure.

A finding that is *lacking* stands for images that are there by what the carrier says, but cannot be had: the rest is
taken only when somebody says so. The others are told and stand in nobody's way.
"""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.decision import Reason
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.one_person import Known, same_person

UNREADABLE = Reason(
    "disc-file-unreadable",
    "Bestanden zijn niet te lezen.",
    "Files cannot be read.",
    "Maak de schijf schoon en lees hem opnieuw in, of vraag een nieuwe; de rest kan ook apart worden ingelezen.",
    "Clean the disc and read it in again, or ask for a new one; the rest can be taken by itself.",
)
TRUNCATED = Reason(
    "disc-file-truncated",
    "Beelden zijn afgekapt: het bestand houdt op voor het beeld compleet is.",
    "Images are cut off: the file ends before the image does.",
    "Vraag de verzender om een nieuwe schijf of een volledige kopie.",
    "Ask the sender for a new disc or a whole copy.",
)
BROKEN = Reason(
    "disc-file-broken",
    "Bestanden zien eruit als DICOM maar zijn het niet volgens de regels.",
    "Files look like DICOM but do not keep to its rules.",
    "Vraag de verzender de beelden opnieuw te exporteren.",
    "Ask the sender to export the images again.",
)
ENCRYPTED = Reason(
    "disc-encrypted",
    "Bestanden zijn met een wachtwoord versleuteld.",
    "Files are encrypted with a password.",
    "Pak het ZIP-bestand eerst uit met het wachtwoord en lees de map in.",
    "Unpack the ZIP file with its password first, and read the folder in.",
)
SUSPICIOUS = Reason(
    "disc-file-suspicious",
    "Bestanden zwellen bij het uitpakken meer dan beelden ooit doen en zijn niet gelezen.",
    "Files swell more on unpacking than images ever do and were not read.",
    "Vertrouw dit ZIP-bestand niet; vraag de verzender wat het is.",
    "Do not trust this ZIP file; ask the sender what it is.",
)
NAME_OUTSIDE = Reason(
    "disc-name-outside",
    "Namen wijzen buiten de schijf; deze bestanden zijn niet gelezen.",
    "Names point outside the disc; these files were not read.",
    "Vraag de verzender hoe het bestand is gemaakt.",
    "Ask the sender how the file was made.",
)
LINK = Reason(
    "disc-link",
    "Verwijzingen (symbolische links) zijn niet gevolgd.",
    "Links were not followed.",
    "Zet de bestanden zelf in de map als zij erbij horen.",
    "Put the files themselves into the folder if they belong to it.",
)
LISTED_MISSING = Reason(
    "dicomdir-missing",
    "De inhoudsopgave (DICOMDIR) noemt bestanden die er niet zijn.",
    "The table of contents (DICOMDIR) names files that are not there.",
    "Kijk of er nog een schijf bij hoort, of vraag een nieuwe.",
    "See whether there is another disc, or ask for a new one.",
)
LISTED_OUTSIDE = Reason(
    "dicomdir-outside",
    "De inhoudsopgave (DICOMDIR) wijst buiten de schijf; dat is niet gevolgd.",
    "The table of contents (DICOMDIR) points outside the disc; that was not followed.",
    "Vraag de verzender hoe de schijf is gemaakt.",
    "Ask the sender how the disc was made.",
)
LISTING_BROKEN = Reason(
    "dicomdir-broken",
    "De inhoudsopgave (DICOMDIR) is niet te lezen; er is op de bestanden zelf afgegaan.",
    "The table of contents (DICOMDIR) cannot be read; the files themselves were gone by.",
    "Controleer of alle beelden er zijn die u verwacht.",
    "Check that all images are there that you expect.",
)
DUPLICATE = Reason(
    "disc-duplicate",
    "Beelden staan er dubbel op, met dezelfde inhoud; er is er een van genomen.",
    "Images are there twice with the same content; one of each is taken.",
)
DIFFERING = Reason(
    "disc-differing",
    "Beelden staan er dubbel op met verschillende inhoud; beide worden bewaard en de import wacht op een mens.",
    "Images are there twice with different content; both are kept and the import waits for a human.",
    "Vraag de verzender welke de juiste is.",
    "Ask the sender which one is right.",
)
TWICE = Reason(
    "disc-twice",
    "Beelden staan er dubbel op; bij het inlezen wordt vergeleken of de inhoud gelijk is.",
    "Images are there twice; whether their content is the same is compared when they are read in.",
)
SEVERAL_PATIENTS = Reason(
    "disc-several-patients",
    "Er staan beelden van meer dan één patiënt op.",
    "There are images of more than one patient.",
    "Kies de patiënt; zonder keuze wordt niets ingelezen.",
    "Choose the patient; nothing is taken without.",
)
INCOMPLETE = Reason(
    "disc-incomplete",
    "Van een schijf of bestand is niet alles ingelezen.",
    "Not all of a disc or file was taken.",
    "Lees de schijf opnieuw in of vraag een nieuwe; of besluit dat dit genoeg is.",
    "Read the disc in again or ask for a new one; or decide that this is enough.",
)

FINDINGS: dict[str, Reason] = {
    one.code: one
    for one in (
        SEVERAL_PATIENTS,
        UNREADABLE,
        TRUNCATED,
        BROKEN,
        ENCRYPTED,
        SUSPICIOUS,
        LISTED_MISSING,
        DIFFERING,
        DUPLICATE,
        TWICE,
        NAME_OUTSIDE,
        LINK,
        LISTED_OUTSIDE,
        LISTING_BROKEN,
    )
}
"""By code, in the order in which people want to know of them."""

LACKING = frozenset(one.code for one in (UNREADABLE, TRUNCATED, BROKEN, ENCRYPTED, SUSPICIOUS, LISTED_MISSING))
"""What stands for images that cannot be had."""


def grouped(patients: Sequence[Patient]) -> list[list[Patient]]:
    """Those of one person together, in the order of their first. Numbers of one carrier have one home; where there is
    none, name and birth date have to be the same."""
    groups: list[list[Patient]] = []
    for patient in patients:
        group = next((one for one in groups if any(_one(patient, other) for other in one)), None)
        if group is None:
            groups.append([patient])
        else:
            group.append(patient)
    return groups


def _one(one: Patient, other: Patient) -> bool:
    if same_person(Known(one, ""), Known(other, "")):
        return True
    numbered = one.number.value.strip() and other.number.value.strip()
    return not numbered and (one.name, one.birth_date) == (other.name, other.birth_date)
