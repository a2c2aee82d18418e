"""Dutch wording of the made-up reports, one ``Findings`` per kind of study. Nobody wrote these about a patient."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Findings:
    """The four paragraphs of a report."""

    history: str
    technique: str
    findings: str
    conclusion: str


_CT_TECHNIQUE = "CT hersenen zonder intraveneus contrast, dikke en dunne coupes van schedelbasis tot vertex."

CT_NORMAL = Findings(
    "Sinds vanochtend hoofdpijn en één keer gebraakt. Bloeding?",
    _CT_TECHNIQUE,
    "Slank en symmetrisch ventrikelsysteem, geen verplaatsing van de middenlijn. Normale differentiatie van grijze en "
    "witte stof. Geen intra- of extra-axiale bloeding. Gecalcificeerde plexus choroïdeus beiderzijds, zonder "
    "betekenis. Luchthoudende neusbijholten en mastoïdcellen. Geen fractuur.",
    "Geen bloeding, geen aanwijzing voor recente ischemie.",
)
CT_BLEED = Findings(
    "Acuut verminderd bewustzijn met uitval rechts, bloeddruk 210/115. Spoed.",
    _CT_TECHNIQUE,
    "Hyperdense ruimte-innemende afwijking in de linker basale kernen, ongeveer 4 cm, met een smalle rand oedeem. "
    "Beeld past bij een verse bloeding. Geringe hoeveelheid bloed in de achterhoorn links. De middenlijn is enkele "
    "millimeters naar rechts verplaatst. Basale cisternen open. Geen preëxistente afwijkingen zichtbaar.",
    "Verse bloeding in de linker basale kernen met doorbraak naar het ventrikel en beginnende massawerking. "
    "Telefonisch doorgegeven aan de dienstdoende neuroloog; overleg met het neurochirurgisch centrum geadviseerd.",
)
CT_INFARCT = Findings(
    "Woordvindstoornis en krachtsverlies van de rechterarm bij ontwaken, laatst goed gezien om 23.00 uur.",
    _CT_TECHNIQUE,
    "Wigvormig hypodens gebied frontotemporaal links met verlies van de grens tussen schors en witte stof en "
    "verstreken sulci. Geen bloeding. Geringe massawerking, middenlijn vrijwel niet verplaatst. Overige hersendelen "
    "zonder bijzonderheden; oriënterend geen afwijkingen van het skelet.",
    "Recent infarct in het stroomgebied van de linker arteria cerebri media. Geen bloeding.",
)
MR_BRAIN = Findings(
    "Al maanden geheugenklachten, geïsoleerd. Afwijkingen?",
    "MRI hersenen, transversale T1-, T2- en FLAIR-opnamen, 1,5 tesla.",
    "Leeftijdsconform volume van hersenen en liquorruimten. Geen afwijkend signaal in de witte stof. Symmetrische "
    "hippocampi. Vrije basale cisternen.",
    "Geen structurele verklaring voor de klachten.",
)
US_HEART = Findings(
    "Souffle bij keuring, geen klachten.",
    "Transthoracale echo, apicale vierkamerdoorsnede, tweedimensionaal en met kleurendoppler.",
    "Normale afmetingen van de vier kamers. Goede systolische functie van de linkerkamer. Soepele kleppen, geen "
    "insufficiëntie. Geen pericardvocht.",
    "Normale echo van het hart.",
)
DX_THORAX = Findings(
    "Hoesten en koorts sinds drie dagen. Infiltraat?",
    "X-thorax, staande opname, posteroanterieur.",
    "Normale hartgrootte, slank mediastinum. Geen infiltraat, geen pleuravocht: beide sinussen zijn scherp. Het "
    "afgebeelde skelet is intact; coëxistente afwijkingen zijn er niet.",
    "Geen aanwijzing voor een longontsteking.",
)
