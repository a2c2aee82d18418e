"""Study descriptions as Dutch hospitals write them, labelled by hand with what is pictured, before the table was made.

A line: modality | study description | series descriptions | body part | regions. ``HELD_OUT`` was labelled at the same
time and looked at only after the table was done. ``LATER`` was written when the table was thought to be done, missed a
tenth to a fifth of its regions at first, and mended it; ``UNSEEN`` was written after that.
"""

from __future__ import annotations

from dataclasses import dataclass

_TUNED = """
CT | CT hersenen | | | brain
CT | CT cerebrum blanco | | | brain
CT | CT schedel | | | brain head
MR | MRI hersenen | | | brain
MR | MRI cerebrum met contrast | | | brain
MR | MR brughoek | | | brain head
MR | MRI hypofyse | | | brain
CT | CTA carotiden | | | neck
CT | CTA cerebropetaal | | | brain neck
CT | CT perfusie hersenen | | | brain
MR | MRA Willis | | | brain
CT | CTA aortaboog t/m Willis | | | brain neck
CT | CT sinus | | | head
CT | CT NBH | | | head
CT | CT aangezicht | | | head
CT | CT mastoid | | | head
CT | CT rotsbeen | | | head
DX | OPG | | | head
PX | Orthopantomogram | | | head
DX | X-gebit | | | head
MR | MRI orbita | | | head
CT | CBCT kaak | | | head
CT | CT hals | | | neck
MR | MRI hals met contrast | | | neck
US | Echo schildklier | | | neck
US | Echo hals | | | neck
US | Duplex carotiden | | | neck
DX | X-CWK | | | c-spine
CT | CT CWK | | | c-spine
MR | MRI CWK | | | c-spine
DX | X-TWK | | | t-spine
MR | MRI LWK | | | l-spine
DX | X-LWK 2 richtingen | | | l-spine
DX | LWK + bekken | | | l-spine pelvis
MR | MRI totale wervelkolom | | | c-spine t-spine l-spine
DX | X-wervelkolom staand | | | c-spine t-spine l-spine
MR | MRI SI-gewrichten | | | pelvis
CR | X-thorax | | | thorax
DX | Thorax PA/lat | | | thorax
CR | X-thorax op zaal | | | thorax
CT | CT thorax | | | thorax
CT | CT thorax/abdomen | | | thorax abdomen
CT | CT thorax-abdomen met iv contrast | | | thorax abdomen
CT | CTPA | | | thorax
CT | CTA longembolie | | | thorax
CT | HRCT longen | | | thorax
CT | CT low dose longen | | | thorax
DX | X-ribben rechts | | | thorax
DX | X-sternum | | | thorax
US | Echo pleura | | | thorax
CT | CT cor | | | heart
CT | CTA coronairen | | | heart
MR | MRI hart | | | heart
US | TTE | | | heart
XA | CAG | | | heart
NM | Myocardperfusiescintigrafie | | | heart
CT | CTA aorta | | | aorta
CT | CTA thoracale aorta | | | aorta thorax
CT | CTA abdominale aorta | | | abdomen aorta
US | Echo aorta | | | aorta
MG | Mammografie | | | breast
MG | Mammografie beiderzijds | | | breast
MG | BVO mammografie | | | breast
US | Echo mamma links | | | breast
MR | MRI mammae | | | breast
MG | Tomosynthese mamma | | | breast
CT | CT abdomen | | | abdomen
CR | BOZ | | | abdomen
CR | X-BOZ liggend | | | abdomen
US | Echo abdomen | | | abdomen
US | Echo bovenbuik | | | abdomen
US | Echo nieren en blaas | | | abdomen pelvis
MR | MRCP | | | abdomen
MR | MRI lever | | | abdomen
MR | MR enterografie | | | abdomen
CT | CT blanco urinewegen | | | abdomen pelvis
CT | CT colografie | | | abdomen
RF | Slikfoto | | | neck thorax
RF | Maag-duodenum onderzoek | | | abdomen
CT | CT pancreas | | | abdomen
MR | MRI prostaat | | | pelvis
MR | MRI rectum | | | pelvis
MR | MRI bekken | | | pelvis
US | Echo scrotum | | | pelvis
US | Echo gynaecologie | | | pelvis
DX | X-bekken | | | pelvis
DX | Bekken AP | | | pelvis
DX | X-heup rechts | | | hip
MR | MRI heup li | | | hip
DX | X-schouder links | | | shoulder
MR | MR arthrografie schouder | | | shoulder
DX | X-clavicula | | | shoulder
DX | X-bovenarm re | | | upper-arm
DX | X-humerus | | | upper-arm
DX | X-elleboog | | | elbow
DX | X-onderarm | | | forearm
DX | X-pols re 2 richt | | | wrist
MR | MRI pols | | | wrist
DX | X-scafoid | | | wrist
DX | X-hand bdz | | | hand
DX | X-vinger dig III | | | hand
DX | X-duim | | | hand
DX | X-bovenbeen | | | thigh
DX | X-femur | | | thigh
DX | X-knie | | | knee
MR | MRI knie rechts | | | knee
DX | X-patella | | | knee
DX | X-onderbeen | | | lower-leg
DX | X-enkel links | | | ankle
DX | X-voet belast | | | foot
DX | X-calcaneus | | | foot
DX | X-tenen | | | foot
CT | CTA benen | | | leg-vessels
CT | CTA bekken-beenvaten | | | leg-vessels pelvis
US | Duplex benen DVT | | | leg-vessels
US | Echo-doppler been | | | leg-vessels
XA | DSA bekken benen | | | leg-vessels pelvis
PT | PET/CT | | | whole-body
PT | FDG-PET total body | | | whole-body
CT | CT total body trauma | | | whole-body
CT | Traumascan | | | whole-body
NM | Botscintigrafie | | | whole-body
OT | DEXA | | | skeleton
CR | Skeletleeftijd hand links | | | hand
CT | CT | Hersenen 5mm; Hersenen 1mm bot | | brain
CT | Spoed | Thorax longvenster; Thorax med | | thorax
MR | MRI met contrast | t2_tse_sag LWK; t1_tse_sag LWK | | l-spine
CT | | CWK bot sag; CWK bot cor | | c-spine
CR | | | CHEST | thorax
DX | Opname | | KNEE | knee
CT | CT onderzoek | | HEAD | brain
MR | MR | | LSPINE | l-spine
DX | 2 richtingen | | WRIST | wrist
CT | Head^Routine (Adult) | | | brain
CT | Abdomen^3_Fase_Lever (Volwassene) | | | abdomen
MR | Knie^Standaard | | | knee
CT | ThorAbd^02_TA_portaal (Volwassene) | | | thorax abdomen
DX | Thorax, 2 r. | | | thorax
CT | Neuro^CTA_Hals_Cerebrum | | | brain neck
DX | Foto thorax | | CHEST | thorax
CT | CT HERSENEN/CWK TRAUMA | | | brain c-spine
MR | MRI plexus brachialis | | | neck shoulder
"""

_HELD_OUT = """
CT | CT brein zonder contrast | | | brain
MR | MR hersenen DWI CVA | | | brain
CT | CT-angio hals en hersenvaten | | | brain neck
CT | CT neusbijholten | | | head
DX | X-neus | | | head
MR | MRI binnenoor | | | head
CT | CT larynx | | | neck
US | Echo speekselklieren | | | head neck
MR | MRI cervicale wervelkolom | | | c-spine
CT | CT thoracolumbale wervelkolom | | | t-spine l-spine
DX | Scoliose opname | | | c-spine t-spine l-spine
DX | X-sacrum | | | l-spine pelvis
MR | MRI lumbosacraal | | | l-spine
CR | Thorax bed | | | thorax
DX | X-longen | | | thorax
CT | CT mediastinum | | | thorax
CT | CT thorax abdomen bekken | | | thorax abdomen pelvis
US | Echocardiografie | | | heart
CT | Calciumscore | | | heart
XA | Coronairangiografie + PCI | | | heart
CT | CT EVAR controle | | | aorta
MG | Screening mammo | | | breast
US | Echo borst rechts | | | breast
CR | Buikoverzicht | | | abdomen
US | Echo lever galblaas | | | abdomen
CT | CT bijnieren | | | abdomen
CT | CT-IVP | | | abdomen pelvis
RF | Colon inloop | | | abdomen
MR | MR fistel perianaal | | | pelvis
US | Echo testis | | | pelvis
US | Transvaginale echo | | | pelvis
DX | X-heupen kind | | | hip
CT | CT heupprothese | | | hip
US | Echo schouder li | | | shoulder
DX | AC-gewricht rechts | | | shoulder
DX | X-radius ulna | | | forearm
DX | X-MCP gewrichten | | | hand
DX | Handwortel | | | wrist
DX | Kniegewricht belast | | | knee
MR | MRI meniscus | | | knee
DX | Tibia/fibula re | | | lower-leg
MR | MRI achillespees | | | ankle
DX | Voorvoet | | | foot
DX | Hallux valgus serie | | | foot
US | Echo arteriën onderste extremiteiten | | | leg-vessels
XA | Angiografie been links | | | leg-vessels
NM | Skeletscintigrafie | | | whole-body
PT | PET-CT hals t/m lies | | | whole-body
OT | Botdichtheidsmeting | | | skeleton
NM | Renogram | | | abdomen
NM | Schildklierscintigrafie | | | neck
CT | Trauma CT | CT Hersenen axiaal; CT CWK; CT Thorax Abdomen | | brain c-spine thorax abdomen
MR | | MRI prostaat T2 ax; DWI b1400 | | pelvis
CR | | | ABDOMEN | abdomen
DX | Onderzoek rechts | | SHOULDER | shoulder
CT | Chest^Routine_LD | | | thorax
MR | Spine^LWK_HNP | | | l-spine
US | Echo lies | | | pelvis
US | Echo bloedvaten arm | | | arm-vessels
DX | DX Os naviculare voet | | | foot
"""

_LATER = """
CT | CT onderzoek van de hersenen en/of schedel met of zonder intraveneus contrastmiddel | | | brain head
CT | CT onderzoek van het aangezicht, met of zonder intraveneus contrastmiddel | | | head
MR | MRI hersenen - met contrast | | | brain
MR | MRI achterste schedelgroeve | | | brain
MR | MRI cervicale wervelkolom inclusief cervicothoracale overgang | | | c-spine
MR | MRI thoracale wervelkolom | | | t-spine
MR | MRI lumbosacrale wervelkolom | | | l-spine
CT | CT van de wervelkolom, cervicaal | | | c-spine
DX | Radiologisch onderzoek gehele wervelkolom | | | c-spine t-spine l-spine
DX | Radiologisch onderzoek thoracale en/of lumbale wervelkolom | | | t-spine l-spine
DX | Thorax, een of meerdere richtingen, inclusief doorlichting | | | thorax
CT | CT onderzoek van de thorax, het hart en grote vaten | | | thorax heart
DX | Radiologisch onderzoek schoudergordel, sternum, claviculae en/of scapulae | | | shoulder thorax
DX | Radiologisch onderzoek bovenarm, onderarm en elleboog | | | upper-arm forearm elbow
DX | Radiologisch onderzoek pols, hand en/of vingers | | | wrist hand
US | Echografie bovenste extremiteit(en) | | | upper-arm elbow forearm wrist hand
MR | MRI schouder(s)/bovenste extremiteit(en) | | | shoulder upper-arm elbow forearm wrist hand
MG | Mammografie, een- of tweezijdig | | | breast
US | Echografie van de mammae | | | breast
CT | CT onderzoek van het abdomen, retroperitoneum, inclusief inbrengen contrastmiddel | | | abdomen
US | Echografie van de buikorganen | | | abdomen
US | Echografie van de nieren en urinewegen | | | abdomen pelvis
US | Echografie van de schildklier en/of hals | | | neck
US | Echografie van het hart en/of de thorax | | | heart thorax
DX | Radiologisch onderzoek van de onderbuik, overzicht | | | abdomen
DX | Radiologisch onderzoek bekken, respectievelijk heupgewricht | | | pelvis hip
DX | Radiologisch onderzoek van het bovenbeen | | | thigh
DX | Radiologisch onderzoek knie en onderbeen | | | knee lower-leg
DX | Radiologisch onderzoek enkel, voetwortel en/of middenvoet en tenen | | | ankle foot
MR | MRI heup(en) en/of onderste extremiteit(en) | | | hip thigh knee lower-leg ankle foot
US | Duplexonderzoek van de venen van het been | | | leg-vessels
XA | Arteriografie onderste extremiteit, eenzijdig | | | leg-vessels
XA | Angiografie van de arteria carotis, een- of dubbelzijdig | | | neck
XA | Angiografie van de nierarteriën | | | abdomen
RF | Radiologisch onderzoek oesofagus, maag en duodenum | | | thorax abdomen
RF | Radiologisch onderzoek dikke darm met contrast | | | abdomen
RF | Hysterosalpingografie | | | pelvis
RF | Mictiecysto-urethrografie | | | pelvis
DX | Sinusoverzicht | | | head
DX | Röntgenfoto van de neusbeentjes | | | head
CT | CT onderzoek van het bekken inclusief inbrengen contrastmiddel | | | pelvis
MR | MRI bekken inclusief prostaat | | | pelvis
US | Echografie zwangerschap eerste trimester | | | pelvis
US | Echografie van de balzak | | | pelvis
NM | Skeletonderzoek, totale lichaam | | | whole-body
NM | Schildklieruptake en scan | | | neck
NM | Longventilatiescan | | | thorax
NM | Myocardperfusie-onderzoek in rust | | | heart
OT | Dual X-ray absorptiometrie | | | skeleton
DX | Tandheelkundig panoramisch röntgenonderzoek | | | head
CT | Whole body CT bij multitrauma | | | whole-body
PT | PET WB met diagnostische CT | | | whole-body
MR | MRI borst(en) met contrast | | | breast
CT | CT-geleide longbiopsie | | | thorax
US | Echogeleide punctie schildkliernodus | | | neck
XA | PTA iliaca links | | | pelvis leg-vessels
CR | Longfoto staand | | | thorax
DX | Bovenste spronggewricht rechts | | | ankle
DX | Grote teen links | | | foot
DX | Dig 5 links hand | | | hand
CT | CT schedel blanco trauma | | | brain head
CT | CT-hersenen/aangezicht | | | brain head
MR | MRI acusticus neurinoom | | | brain head
MR | MRI trigeminus | | | brain head
CT | CTV cerebrum | | | brain
MR | MR angio halsvaten | | | neck
US | Echo parotis | | | head neck
US | Echo klier hals + FNAC | | | neck
DX | Cervicale wervelkolom 3 ri | | | c-spine
DX | LWK flexie/extensie | | | l-spine
MR | MRI wervelkolom cervicaal en thoracaal | | | c-spine t-spine
DX | X-Thorax AP liggend IC | | | thorax
DX | X thorax + BOZ | | | thorax abdomen
CT | CT-thorax spiraal LE | | | thorax
CT | CT dunne coupes long | | | thorax
CT | CT-angio thoracale en abdominale aorta | | | aorta thorax abdomen
CT | CT hart calciumscore + CTCA | | | heart
MR | Cardiale MRI stress | | | heart
US | Echo hart TTE | | | heart
XA | CAG/PCI | | | heart
XA | Pacemaker implantatie | | | heart
MG | Mammografie links | | | breast
MG | Tomo mammo bdz | | | breast
US | Mamma-echo + biopt | | | breast
MR | MR mamma screening BRCA | | | breast
US | Echo bovenbuik lever/galwegen | | | abdomen
US | Echo abdomen compleet | | | abdomen
US | Echo transplantaatnier | | | abdomen
CT | CT 3-fasen lever | | | abdomen
CT | CT bovenbuik pancreasprotocol | | | abdomen
CT | CT nieren blanco + contrast | | | abdomen
MR | MRI dunne darm | | | abdomen
MR | MRI galwegen | | | abdomen
RF | PTC drain wissel | | | abdomen
RF | Cystogram | | | pelvis
MR | MRI uterus/adnexa | | | pelvis
US | Echo liezen bdz | | | pelvis
MR | MRI anale fistel | | | pelvis
DX | Bekken + heup axiaal rechts | | | pelvis hip
DX | Heup links 2r | | | hip
DX | Bekken/heup fractuur | | | pelvis hip
MR | MRI bovenbenen | | | thigh
DX | Knie re AP/lat/ax patella | | | knee
MR | MR knie li | | | knee
DX | Beenlengtemeting | | | thigh knee lower-leg ankle foot
CT | CT enkel/voet | | | ankle foot
DX | Enkel AP+lat | | | ankle
DX | Voet re belast | | | foot
DX | Grote teen re | | | foot
DX | Schouder re endo/exo | | | shoulder
DX | Claviculae | | | shoulder
MR | MR arthro schouder li | | | shoulder
DX | Elleboog li | | | elbow
DX | Pols/hand re | | | wrist hand
DX | Vinger 3 re | | | hand
DX | Skeletstatus | | | whole-body
PT | PET/CT FDG oncologie | | | whole-body
NM | Skelet 3-fasen | | | whole-body
NM | Longperfusie | | | thorax
NM | Sentinel node mamma | | | breast
OT | DEXA LWK/heup | | | skeleton l-spine hip
US | Duplex venen been rechts DVT | | | leg-vessels
US | Duplex shunt arm | | | arm-vessels
CT | CTA arm links | | | arm-vessels
CT | CTA a. subclavia | | | arm-vessels
CT | Polytrauma protocol | | | whole-body
CT | | Cor longvenster; Ax thorax 1.0 | CHEST | thorax
MR | MR onderzoek | Sag T2 TSE Knie; Cor PD | | knee
DX | DX | | FOOT | foot
CT | Cervical spine w/o | | CSPINE | c-spine
CT | CTH blanco | | | brain
CT | CT cerebrum en CWK | | | brain c-spine
MR | MR cerebrum MS protocol | | | brain
MR | MRI neus/sinus tumor | | | head
CT | CT oorprothese planning | | | head
DX | X-schedel 2 ri | | | head
DX | Gebit panorama | | | head
US | Echo thyreoidea | | | neck
US | Echo lymfeklieren hals en oksel | | | neck breast
CT | CTA carotis/vertebralis | | | neck
DX | CWK 5 richtingen | | | c-spine
DX | TWK/LWK staand | | | t-spine l-spine
MR | MRI conus/LWK | | | l-spine
CT | CT wervel L1 fractuur | | | l-spine
RF | Epiduraal injectie lumbaal | | | l-spine
CR | Thorax na CVL | | | thorax
DX | Thorax kind | | | thorax
CT | CT Thorax HR inspi/expi | | | thorax
CT | CT longembolieën | | | thorax
CT | CT thorax/bovenbuik | | | thorax abdomen
CT | CT slokdarm | | | thorax
US | Echogeleide pleurapunctie | | | thorax
XA | Embolisatie bronchiaal arteriën | | | thorax
CT | CT TAVI-protocol | | | heart
MR | MRI hart vitaliteit | | | heart
NM | Myocard SPECT | | | heart
US | Echo cor transthoracaal | | | heart
CT | CTA aorta totaal | | | aorta
CT | CTA thorax/abdomen dissectie | | | thorax abdomen
MG | X-mammogram | | | breast
MG | Mammogram 3D bdz | | | breast
US | Echo borsten | | | breast
US | Echo bovenste buikorganen | | | abdomen
US | Echo abd. appendicitis? | | | abdomen
CR | X-buik staand | | | abdomen
CR | Abdomen overzicht | | | abdomen
CT | CT abdomen bekken | | | abdomen pelvis
CT | CT-abd triphasic | | | abdomen
MR | MRI pancreas/MRCP | | | abdomen
MR | MRI bijnieren | | | abdomen
XA | Nefrostomiecatheter wissel | | | abdomen
RF | Videodefecografie | | | pelvis
MR | MRI vrouwelijk bekken | | | pelvis
MR | MRI cervixcarcinoom | | | pelvis
US | Echo nieren/blaas kind | | | abdomen pelvis
DX | X-bekken + heupen | | | pelvis hip
DX | Heupen froglateral | | | hip
US | Echo heupen zuigeling | | | hip
MR | MRI schouder re blanco | | | shoulder
DX | Humerus li | | | upper-arm
DX | Onderarm + pols li | | | forearm wrist
CT | CT scaphoïd | | | wrist
DX | Handen bdz RA | | | hand
DX | Dig. II hand re | | | hand
DX | Femur re 2r | | | thigh
DX | Knie staand bdz | | | knee
CT | CT tibiaplateau | | | knee lower-leg
DX | Crus li | | | lower-leg
DX | Enkel mortise | | | ankle
MR | MRI voorvoet Morton | | | foot
DX | Calcaneus axiaal | | | foot
US | Compressie-echo been DVT | | | leg-vessels
XA | PTA AFS li | | | leg-vessels
MR | MRA bekken-benen | | | pelvis leg-vessels
NM | Skeletscan | | | whole-body
PT | 68Ga-PSMA PET/CT | | | whole-body
PT | FDG PET hersenen | | | brain
OT | DXA heup + LWK | | | skeleton hip l-spine
CT | CT bot wervelkolom LD (MM) | | | c-spine t-spine l-spine
"""

_UNSEEN = """
CT | CT hoofd spoed blanco | | | brain
CT | CT hersenen + contrast tumor follow-up | | | brain
MR | MRI hersenzenuwen | | | brain head
CT | CT bijholten coronaal | | | head
DX | Kaakoverzicht | | | head
CT | CT hals/thorax lymfoom | | | neck thorax
US | Echo bijschildklieren | | | neck
DX | Halswervelkolom | | | c-spine
DX | Lendenwervelkolom | | | l-spine
MR | MRI wervelkolom thoracaal/lumbaal | | | t-spine l-spine
MR | MRI heiligbeen | | | l-spine pelvis
DX | X-Thorax PA/LAT poli | | | thorax
CR | Mobiele thoraxfoto IC | | | thorax
CT | CT thorax nodulus follow-up | | | thorax
CT | CTA pulmonalis | | | thorax
DX | Ribdetail li | | | thorax
XA | Linkszijdige hartkatheterisatie | | | heart
CT | CT coronairen + calcium | | | heart
MR | MRI hart perfusie adenosine | | | heart
CT | CTA endoleak na EVAR | | | aorta
MG | Mammo 2 ri bdz | | | breast
US | Echo mamma + oksel re | | | breast
MG | Mamma vergrotingsopname | | | breast
US | Echo galstenen | | | abdomen
CT | CT acuut abdomen | | | abdomen
CT | CT lever 4-fasen | | | abdomen
US | Echo aorta + nieren | | | aorta abdomen
MR | MRI bekken rectumcarcinoom | | | pelvis
MR | MRI zwangere appendix | | | abdomen pelvis
US | Echo bekken/uterus | | | pelvis
DX | Bekken inlet/outlet | | | pelvis
DX | Heup + femur re | | | hip thigh
MR | MRI heupen bdz avasculaire necrose | | | hip
DX | Schouder Y-opname | | | shoulder
US | Echo rotator cuff | | | shoulder
DX | Elleboog kind | | | elbow
DX | Pols post reductie | | | wrist
CT | CT pols fractuur | | | wrist
DX | Hand Norgaard | | | hand
DX | Duim CMC-1 | | | hand
MR | MRI bovenbeen weke delen massa | | | thigh
DX | Knie notch | | | knee
MR | MRI kruisbanden | | | knee
DX | Onderbeen met enkel | | | lower-leg ankle
CT | CT enkelfractuur pilon | | | ankle
DX | Voet + tenen | | | foot
MR | MRI voetwortel | | | foot
US | Duplex arteriën benen | | | leg-vessels
US | Veneuze duplex been DVT? | | | leg-vessels
NM | Botscan whole body | | | whole-body
PT | PET-CT longcarcinoom stadiering | | | whole-body
CT | CT polytrauma incl. hersenen/CWK | | | brain c-spine
OT | DEXA-scan | | | skeleton
DX | Achillespees lateraal | | | ankle
US | Echo achillespees | | | ankle
RF | Oesofagus-maag passage | | | thorax abdomen
RF | Colon-contrast | | | abdomen
CT | CT-urografie | | | abdomen pelvis
DX | Totale wervelkolom scoliose | | | c-spine t-spine l-spine
MR | MRI enterografie Crohn | | | abdomen
"""


@dataclass(frozen=True)
class Labelled:
    """What stands in the headers, and what is pictured."""

    modality: str
    description: str
    series: tuple[str, ...]
    body_part: str
    regions: frozenset[str]


def _labelled(text: str) -> list[Labelled]:
    found = []
    for line in text.strip().splitlines():
        modality, description, series, body_part, regions = (part.strip() for part in line.split("|"))
        several = tuple(one.strip() for one in series.split(";") if one.strip())
        found.append(Labelled(modality, description, several, body_part, frozenset(regions.split())))
    return found


TUNED = _labelled(_TUNED)
HELD_OUT = _labelled(_HELD_OUT)
LATER = _labelled(_LATER)
UNSEEN = _labelled(_UNSEEN)
