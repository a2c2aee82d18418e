"""Patients' histories, labelled by hand: which earlier studies a radiologist wants beside the one in question.

``?`` urgency and question; ``>`` a study that is sent; ``+`` a prior to be proposed; ``-`` one that is not. Then days
before today, modality, description. Nobody is real. The labels were made before ``relevance`` was written.
"""

from __future__ import annotations

from dataclasses import dataclass

_HISTORIES = """
? stat Bloeding? Trombolyse of trombectomie?
> 0 CT CT hersenen
> 0 CT CTA carotiden en Willis
+ 200 MR MRI hersenen
- 30 CR X-thorax
- 400 DX X-knie
? stat CVA, occlusie M1?
> 0 CT CT cerebrum blanco
> 0 CT CTA cerebropetaal
+ 900 CT CT cerebrum
- 15 US Echo abdomen
? stat SAB, coilen of clippen?
> 0 CT CT hersenen
> 0 CT CTA Willis
- 60 MR MRI LWK
? routine Beloop glioom?
> 3 MR MRI hersenen met contrast
+ 90 MR MRI hersenen met contrast
+ 180 MR MRI cerebrum
+ 270 MR MRI hersenen
- 100 CT CT thorax
? urgent Epilepsie, afwijking op MRI?
> 2 MR MRI cerebrum
+ 700 CT CT hersenen
- 40 DX X-schouder links
? routine Hypofyse-adenoom, groei?
> 5 MR MRI hypofyse
+ 370 MR MRI hypofyse
- 50 MR MRI knie rechts
- 90 MG Mammografie
? routine Sinusitis, operatie?
> 1 CT CT sinus
+ 500 CT CT NBH
- 20 CR X-thorax
? routine Cholesteatoom?
> 4 CT CT rotsbeen
+ 300 CT CT mastoid
- 300 DX X-voet
? stat Traumatisch dwarslaesie?
> 0 CT CT CWK
+ 800 MR MRI CWK
- 800 US Echo schildklier
- 3 CR BOZ
? asap HNP met uitval
> 0 MR MRI LWK
+ 400 MR MRI LWK
+ 600 DX X-LWK
- 20 CR X-thorax
? routine Scoliose, progressie?
> 1 DX X-wervelkolom staand
+ 180 DX X-wervelkolom staand
+ 365 DX X-wervelkolom staand
- 180 DX X-hand
? routine Nodus long, groei?
> 2 CT CT thorax
+ 100 CT CT thorax
+ 300 CT CT thorax/abdomen
- 400 DX X-enkel
- 50 MR MRI knie
? urgent Longembolie, behandeling
> 0 CT CTPA
+ 365 CT CT thorax
- 365 US Echo abdomen
? routine Pneumonie?
> 0 CR X-thorax
+ 40 CR X-thorax
+ 200 CT CT thorax
- 30 DX X-bekken
? stat Aortadissectie type A?
> 0 CT CTA thoracale aorta
+ 600 CT CTA aorta
- 100 DX X-pols
? urgent AAA, EVAR mogelijk?
> 1 CT CTA abdominale aorta
+ 300 CT CTA abdominale aorta
+ 700 US Echo aorta
- 300 MR MRI hersenen
? routine Mamma, verdachte afwijking, MDO
> 2 MG Mammografie
> 2 US Echo mamma links
+ 730 MG Mammografie
+ 1400 MG Mammografie
- 100 CR X-thorax
- 10 DX X-heup rechts
? routine MDO mamma, uitgebreidheid
> 1 MR MRI mammae
+ 10 MG Mammografie
+ 10 US Echo mamma links
- 500 CT CT sinus
? routine Levermetastasen, resectabel?
> 3 CT CT abdomen
+ 20 MR MRI lever
+ 120 CT CT thorax/abdomen
- 60 DX X-knie
- 400 MG Mammografie
? urgent Acute buik, perforatie?
> 0 CT CT abdomen
+ 30 US Echo abdomen
+ 500 CT CT abdomen
- 2 CR X-thorax
? routine Pancreaskopcarcinoom, MDO
> 4 CT CT pancreas
+ 30 MR MRCP
+ 15 US Echo bovenbuik
- 30 MR MRI schouder
? urgent Galstenen, choledocholithiasis?
> 0 MR MRCP
+ 1 US Echo abdomen
- 1 CR X-thorax
? routine Nierstenen
> 1 CT CT blanco urinewegen
+ 200 US Echo nieren en blaas
+ 500 CT CT abdomen
- 20 DX X-CWK
? routine Prostaat PIRADS, biopt?
> 6 MR MRI prostaat
+ 400 MR MRI prostaat
- 90 MR MRI knie
- 90 CR X-thorax
? routine Rectumcarcinoom herstadiering
> 2 MR MRI rectum
+ 80 MR MRI rectum
- 60 MR MRI schouder
? urgent Bekkenfractuur, operatie?
> 0 CT CT bekken
> 0 DX X-bekken
- 200 CR X-thorax
? routine Heupprothese loslating?
> 3 DX X-heup rechts
+ 365 DX X-heup rechts
+ 100 DX X-bekken
- 30 US Echo hals
? routine Cuffruptuur?
> 2 MR MRI schouder
+ 30 DX X-schouder links
+ 20 US Echo schouder
- 300 MR MRI knie
? urgent Elleboogluxatie met fractuur
> 0 DX X-elleboog
> 0 CT CT elleboog
- 90 DX X-enkel
? routine Scafoidfractuur, non-union?
> 1 CT CT pols
+ 60 DX X-scafoid
+ 90 DX X-pols
- 90 DX X-voet
? routine Reumatoide artritis handen
> 0 DX X-hand bdz
+ 365 DX X-hand bdz
- 365 DX X-thorax
? routine Kruisbandletsel
> 3 MR MRI knie rechts
+ 20 DX X-knie
- 400 MR MRI hersenen
? routine Gonartrose, prothese?
> 1 DX X-knie
+ 300 DX X-knie
+ 200 MR MRI knie
- 10 CR X-thorax
? urgent Crurisfractuur
> 0 DX X-onderbeen
- 700 DX X-hand
? routine Enkelfractuur consolidatie
> 0 DX X-enkel links
+ 42 DX X-enkel links
- 42 CT CT hersenen
? routine Lisfranc letsel?
> 0 CT CT voet
+ 2 DX X-voet
- 100 DX X-schouder
? urgent Kritieke ischemie been
> 0 CT CTA benen
+ 100 US Duplex benen
- 40 CT CT thorax
? routine Claudicatio, bypass?
> 2 XA DSA bekken benen
+ 30 CT CTA bekken-beenvaten
- 400 MR MRI hersenen
? stat Polytrauma
> 0 CT CT total body trauma
> 0 DX X-bekken
> 0 CR X-thorax
- 900 MG Mammografie
? routine Lymfoom responsevaluatie
> 2 PT PET/CT
+ 90 PT PET/CT
+ 180 PT PET/CT
- 30 DX X-teen
? routine Melanoom, stadiering
> 5 PT FDG-PET total body
+ 20 CT CT thorax/abdomen
- 100 DX X-pols
? routine Coronairlijden, CABG?
> 1 XA CAG
+ 30 CT CTA coronairen
+ 40 US TTE
- 30 US Echo abdomen
? urgent TAVI voorbereiding
> 0 CT CT cor
+ 20 US TTE
- 200 CT CT sinus
? routine Struma, compressie trachea?
> 2 CT CT hals
+ 40 US Echo schildklier
- 60 MR MRI heup li
? routine Larynxcarcinoom, MDO hoofd-hals
> 3 CT CT hals
+ 10 MR MRI hals met contrast
- 300 MR MRI LWK
? asap Carotisstenose na TIA
> 0 CT CTA carotiden
+ 1 US Duplex carotiden
- 200 DX X-heup rechts
? routine Osteoporose
> 0 OT DEXA
+ 1000 OT DEXA
- 100 US Echo abdomen
? routine MS, nieuwe laesies?
> 1 MR MRI hersenen
+ 365 MR MRI hersenen
- 365 DX X-hand
- 700 US Echo mamma links
? routine Crohn, activiteit?
> 2 MR MR enterografie
+ 300 MR MR enterografie
+ 100 US Echo abdomen
- 100 DX X-bekken
? routine Wervelinzakking?
> 0 DX X-TWK
+ 300 DX X-TWK
- 30 US Echo schildklier
? asap Spondylodiscitis
> 0 MR MRI totale wervelkolom
+ 40 MR MRI LWK
+ 50 CT CT CWK
- 40 MR MRI knie
? urgent Ileus?
> 0 CR BOZ
+ 20 CR BOZ
+ 100 CT CT abdomen
- 20 DX X-schouder
? routine Longfibrose
> 1 CT HRCT longen
+ 365 CT HRCT longen
+ 730 CT CT thorax
- 100 DX X-gebit
? stat Epiduraal hematoom na val
> 0 CT CT hersenen
> 0 CT CT CWK
- 1200 DX X-knie
- 20 CR X-thorax
? routine Testistumor, stadiering
> 1 CT CT thorax/abdomen
> 1 US Echo scrotum
- 300 DX X-enkel
? routine Impingement heup
> 2 MR MRI heup li
+ 40 DX X-bekken
- 40 MR MRI hersenen
? routine Kaakkyste
> 1 CT CBCT kaak
+ 20 DX OPG
- 20 CR X-thorax
? urgent Buiktrauma, miltletsel
> 0 CT CT abdomen
+ 4 US Echo abdomen
- 600 DX X-pols
? routine Ewing sarcoom femur
> 2 MR MRI bovenbeen
+ 10 DX X-bovenbeen
- 60 MG Mammografie
? routine Botmetastasen mammacarcinoom
> 1 NM Botscintigrafie
+ 200 NM Botscintigrafie
- 60 DX X-gebit
? routine Galblaaspoliep controle
> 0 US Echo abdomen
+ 365 US Echo abdomen
- 365 DX X-duim
? stat Perforatie oesofagus?
> 0 CT CT thorax
+ 2 RF Slikfoto
- 200 MR MRI knie
"""


@dataclass(frozen=True)
class Earlier:
    """One study; ``label`` is > + or -."""

    label: str
    days: int
    modality: str
    description: str


@dataclass(frozen=True)
class History:
    """One patient."""

    urgency: str
    question: str
    studies: tuple[Earlier, ...]


def _histories(text: str) -> list[History]:
    found: list[History] = []
    for line in text.strip().splitlines():
        label, rest = line[0], line[2:]
        if label == "?":
            urgency, _, question = rest.partition(" ")
            found.append(History(urgency, question, ()))
            continue
        days, modality, description = rest.split(" ", 2)
        before = found[-1]
        study = Earlier(label, int(days), modality, description)
        found[-1] = History(before.urgency, before.question, (*before.studies, study))
    return found


HISTORIES = _histories(_HISTORIES)
TUNED_HISTORIES = HISTORIES[::2]
HELD_OUT_HISTORIES = HISTORIES[1::2]
