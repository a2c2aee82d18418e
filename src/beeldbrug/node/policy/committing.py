"""What the desk is told of storage commitment (PS3.4 annex J). Values only."""

from __future__ import annotations

from beeldbrug.model.decision import Reason

NEVER, SUPPORTED, REQUIRED = "never", "when supported", "required"
"""Whether the PACS is asked to keep for good what was imported."""

NOT_COMMITTED = Reason(
    "pacs-not-committed",
    "Het PACS bewaart een deel van de geïmporteerde beelden niet, ook niet nadat ze opnieuw zijn gestuurd.",
    "The PACS does not keep some of the imported images, also not after they were sent again.",
    "Bekijk in het logboek van het PACS waarom; maak de import ongedaan en importeer opnieuw als dat verholpen is.",
    "See in the PACS's log why; undo the import and import again when that is mended.",
)

NOT_SUPPORTED = Reason(
    "pacs-no-commitment",
    "Het PACS bevestigt niet dat het bewaart wat is geïmporteerd, terwijl dat is vereist.",
    "The PACS does not confirm that it keeps what was imported, which is required.",
    "Laat storage commitment voor deze node aanzetten in het PACS, of eis het niet.",
    "Have storage commitment for this node set up in the PACS, or do not require it.",
)

SILENT = Reason(
    "pacs-commitment-silent",
    "Het PACS heeft niet gemeld of het bewaart wat is geïmporteerd.",
    "The PACS has not reported whether it keeps what was imported.",
    "Laat in het PACS de AE-titel, het adres en de poort van deze node nakijken, waar het zijn melding naartoe stuurt.",
    "Have the AE title, address and port of this node checked in the PACS, to which it sends its report.",
)
