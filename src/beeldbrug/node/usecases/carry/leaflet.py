"""README.TXT and INDEX.HTM of a disc, in the reader's language (IHE RAD TF-2 3.47.4.1.2.3.4).

They say who made it, for whom, whose images they are, how to see them, and what they are not for. No script, nothing
fetched from elsewhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from html import escape
from typing import Final

from beeldbrug.model.identity import Patient

Pair = tuple[str, str]

TITLE: Final[Pair] = ("Medische beelden", "Medical images")
WORDS: Final[dict[str, Pair]] = {
    "patient": ("Patiënt", "Patient"),
    "born": ("Geboren", "Born"),
    "study": ("Onderzoek", "Examination"),
    "question": ("Vraag", "Question"),
    "images": ("Aantal bestanden", "Number of files"),
    "from": ("Van", "From"),
    "phone": ("Telefoon", "Telephone"),
    "to": ("Voor", "For"),
    "date": ("Gemaakt op", "Made on"),
    "program": ("Gemaakt met", "Made with"),
}
TEXTS: Final[tuple[Pair, ...]] = (
    (
        "Op deze schijf of in deze map staan medische beelden in DICOM, de vorm die ziekenhuizen gebruiken.",
        "This disc or folder holds medical images in DICOM, the form that hospitals use.",
    ),
    (
        "Voor een zorgverlener: lees het bestand DICOMDIR in, in het PACS of een DICOM-viewer. De beelden staan in de "
        "map DICOM en zijn precies zoals het ziekenhuis ze heeft.",
        "For a care provider: read the file DICOMDIR into the PACS or a DICOM viewer. The images are in the folder "
        "DICOM, exactly as the hospital has them.",
    ),
    (
        "Voor de patiënt: er staat geen programma bij om te kijken. Geef dit aan uw arts. Wilt u zelf kijken? Dat kan "
        "met een gratis DICOM-viewer, maar trek daaruit geen conclusies over uw gezondheid.",
        "For the patient: there is no program here to look with. Give this to your doctor. You can look yourself with "
        "a free DICOM viewer, but draw no conclusions about your health from it.",
    ),
    (
        "Eindigt het bestand op .age? Dan is het op slot met een wachtzin, die u apart krijgt. Open het met het gratis "
        "programma age: age -d -o beelden.zip bestand.zip.age",
        "Does the file end in .age? Then it is locked with a passphrase that you get apart from it. Open it with the "
        "free program age: age -d -o images.zip file.zip.age",
    ),
    (
        "Deze gegevens zijn vertrouwelijk. Gevonden? Breng ze naar de afzender, en kijk er niet in.",
        "This is confidential. If you found it, take it to the sender, and do not look into it.",
    ),
    (
        "De afzender heeft nagegaan dat alle bestanden hier staan. Of de beelden goed genoeg zijn voor een diagnose, "
        "beoordeelt wie ze gebruikt.",
        "The sender has made sure that all files are here. Whether the images are fit for diagnosis is for whoever "
        "uses them to judge.",
    ),
)


@dataclass(frozen=True, slots=True)
class Leaflet:
    """What is said of a disc. ``made`` is POSIX seconds."""

    language: str
    sender: str
    phone: str
    receiver: str
    made_by: str
    made: float
    images: int
    patient: Patient | None = None
    description: str = ""
    question: str = ""


def readme(leaflet: Leaflet) -> str:
    """README.TXT: without the patient's name, for it is what somebody who finds the disc opens first."""
    lines = [_said(leaflet, TITLE), ""]
    lines += [f"{name}: {value}" for name, value in _facts(leaflet, named=False)]
    for text in TEXTS:
        lines += ["", *_wrapped(_said(leaflet, text))]
    return "\n".join(lines) + "\n"


def index_page(leaflet: Leaflet) -> str:
    """INDEX.HTM (XHTML 1.0)."""
    title = escape(_said(leaflet, TITLE))
    rows = "\n".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _facts(leaflet, named=True))
    texts = "\n".join(f"<p>{escape(_said(leaflet, text))}</p>" for text in TEXTS)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{leaflet.language}" lang="{leaflet.language}">
<head><title>{title}</title><style type="text/css">body {{ font-family: sans-serif; max-width: 40em; margin: 2em; }}
dt {{ font-weight: bold; }} dd {{ margin: 0 0 0.5em 0; }}</style></head>
<body><h1>{title}</h1>
<dl>
{rows}
</dl>
{texts}
<p><a href="README.TXT">README.TXT</a></p>
</body></html>
"""


def _facts(leaflet: Leaflet, named: bool) -> list[tuple[str, str]]:
    patient = leaflet.patient if named else None
    facts = (
        ("patient", _name(patient.name) if patient else ""),
        ("born", _date(patient.birth_date) if patient else ""),
        ("study", leaflet.description if named else ""),
        ("question", leaflet.question if named else ""),
        ("images", str(leaflet.images)),
        ("from", leaflet.sender),
        ("phone", leaflet.phone),
        ("to", leaflet.receiver),
        ("date", time.strftime("%d-%m-%Y", time.gmtime(leaflet.made))),
        ("program", leaflet.made_by),
    )
    return [(_said(leaflet, WORDS[key]), value) for key, value in facts if value]


def _said(leaflet: Leaflet, pair: Pair) -> str:
    return pair[leaflet.language == "en"]


def _name(value: str) -> str:
    """A person name as it is read: given names, prefixes, family name (PS3.5 6.2.1)."""
    family, given, middle, prefix, suffix = [*value.split("=")[0].split("^"), "", "", "", "", ""][:5]
    return " ".join(part for part in (prefix, given, middle, family, suffix) if part)


def _date(value: str) -> str:
    return f"{value[6:8]}-{value[4:6]}-{value[:4]}" if len(value) == 8 else value


def _wrapped(text: str, width: int = 72) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines
