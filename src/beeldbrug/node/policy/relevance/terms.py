"""The words that Dutch hospitals use for what is pictured, and for what is asked: a table. No code.

Words are folded to small letters without accents, everything but letters and digits is a space; ``*`` ends a word in
any way. Longer terms go before shorter ones at the same place, and what one term took, no other reads again, so that
"schenkelhals" is a hip. ``leg`` and ``arm`` become vessels or bones by the rest of the text (``regions``).
"""

from __future__ import annotations

from typing import Final

ANATOMY: Final[dict[str, str]] = {
    "brain": """
hersen* | cerebr* | brein | brain | hypofyse | pituitary | sella | willis | schedelinhoud | neurocranium | ncct |
intracran* | fossa posterior | schedelgroeve | hippocamp* | ventrikel* hersenen | dwi cva | stroke | liquor* |
cranium | cranial* | cranieel | encephal* | thalam* | pineal* | basale kernen | circulus | sinustrombose |
durale sinus* | ctv | mrv | datscan | dat scan | hmpao | spect hersen* | ventrikelsysteem | ventrikels | cerebel* |
ct perfusie | neuronavigatie | ponto* | medulla oblongata | meninge* | vasculitis cerebr* | diepe hersen* | amyloid*""",
    "brain head": """
schedel | skull | brughoek | schedelbasis | skull base | cpa | craniofaciaal | acusticus* | trigemin* |
nervus facialis | n facialis | hersenzenuw* | hersenen en aangezicht | ponshoek | iac |
inwendige gehoorgang* | caput""",
    "brain neck": """
cerebropetaal | cerebropetale | cerebro petaal | boog t m willis | aortaboog t m willis | aortaboog willis |
arcus t m willis | carotiden willis | hals en hersenvaten""",
    "head": """
sinus | sinussen | sinusover* | sinusfoto* | schedelfoto* | nbh | neusbijholt* | bijholt* | neus | neusbeen* |
aangezicht* | maxillofac* | facial | face | mastoid* | rotsbeen* | petros* | temporal bone* | os temporale |
binnenoor | inner ear | cochlea* | oor | oog | ogen | orbit* | opg | opt | orthopantomo* | panorama* gebit |
panoramic | gebit* | tand* | dental | kaak* | mandibula* | maxilla* | onderkaak | bovenkaak | tmj | zygoma |
jukbeen* | adenoid | traan* | cephalo* | gelaat* | gezicht* | viscerocran* | palatum | nasofar* | nasopharynx |
choana* | neussept* | bitewing* | kies | kiezen | cefalo* | kin | tmg | os frontale | sialo* | dacryo* |
gehoorbeen* | middenoor | oren | oogkas* | retina | sinus frontalis | mond | mondbodem* | tong""",
    "head neck": "speekselklier* | parotis* | submandib* | salivary | hoofd hals | head neck | kno",
    "neck": """
hals | nek | neck | halsvaten | hals vaten | larynx | pharynx | farynx | schildklier* | thyroid* | bijschildklier* |
parathyroid* | carotis | carotid* | a carotis* | cervicale lymfe* | strottenhoofd | vertebral* art* | orofar* |
hypofar* | supraclav* | vertebralis | vertebralen | jugular* | halsklier* | halslymf* | tongbasis | stembanden |
tracheosto* | bovenste mediastinum hals | thyreo* | schildklier en hals | nekklier*""",
    "neck shoulder": """
plexus brachialis | brachial plexus | plexus brach* | thoracic outlet | tos | brachialis plexus""",
    "neck thorax": "slikfoto* | oesofagusfoto* | slikonderzoek | slikvideo | barium swallow | oesofaguspassage",
    "c-spine": """
cwk | cwz | c spine | cspine | cervicale wervelkolom | cervical spine | cervicaal | cervicale | cervical |
cervicale wk | csp | halswervel* | dens | atlas axis | cerv wk | wervelkolom cervicaal | halswk | cervicothor* |
craniocervic* | atlanto* | c1 c2 | cwks""",
    "t-spine": """
twk | t spine | tspine | thwk | bwk | thoracale wervelkolom | thoracic spine | thoracale wk | borstwervel* |
dorsale wervelkolom | dwk | wervelkolom thoracaal | th wk | thorwk | thor wk | thorac wk | d wk""",
    "l-spine": """
lwk | lswk | lwz | l spine | lspine | lumbale wervelkolom | lumbar spine | lumbale wk | lumbosacrale wervelkolom |
lendenwervel* | ls wervelkolom | wervelkolom lumbaal | lumb wk | l wk | lumb* | facet* | lendenen | l5 s1 | l4 l5 |
ls overgang | kanaalstenose | cauda""",
    "t-spine l-spine": """
thoracolumba* | tlwk | twk lwk | th l wervelkolom | thoracale en lumbale* | thoracale en of lumbale*""",
    "l-spine pelvis": "sacrum | os sacrum | stuit* | coccyx | sspine | heiligbeen | os coccygis",
    "c-spine t-spine l-spine": """
totale wervelkolom | total spine | whole spine | scoliose* | scoliosis | gehele wervelkolom | hele wervelkolom |
wervelkolom totaal | full spine | myelum | myelografie | ruggenmerg""",
    "thorax": """
thorax* | thor | chest | long | longen | lung | lungs | longembolie* | ctpa | cta pulm* | pulm* | hrct | hr ct |
mediastin* | pleura* | rib | ribben | ribs | ribcage | sternum | borstbeen | thoracaal | thoracale | thoracic |
oesofagus | esophagus | trachea | bronch* | longfoto* | longscan | longvent* | longperf* | longbiop* | longfunctie* |
longpunct* | longtop* | long perfusie | ventilatie perfusie | vq scan | hilus | sternoclav* | diafragma | borstkas |
borstwand | ribbenkast | ribfoto* | ribdet* | hemithorax* | thymus | longkwab* | longnod* | pneumo* |
vena cava superior | v cava superior | vcs | svc | port a cath | pac | picc | lijncontrole | tubecontrole |
scl gewricht* | pe protocol | longarterie* | a pulmonalis | slokdarm* | longslag* | longparenchym* | longcarc* |
longtumor*""",
    "heart": """
hart | ct cor | cta cor | mr cor | mri cor | echo cor | heart | cardiac | cardio* | cardiaal | cardiale | coronair* |
coronar* | cag | pci | tte | tee | echocard* | myocard* | mibi | calciumscore | calcium score | ca score | cmr |
tavi | lv functie | pericard* | muga | transthoracale echo | transoesofageale echo | pacemaker* | pm implant* | icd |
ablatie | elektrofysio* | hartkath* | hartcath* | hartfunctie | ctca | cta cor* | klepvitium | aortaklep* |
mitralis* | mitraal* | foramen ovale | pfo | atri* | linker ventrikel | lvef | ventriculografie | stress mri |
hartspier* | adenosine | dobutamine | thallium | hartecho* | cabg""",
    "aorta": """
aorta* | evar | tevar | aaa | aortic | endoprothese aorta | stentgraft | stent graft | endograft* | aorto*""",
    "breast": """
mamm | mamma | mammae | mammo* | borst | borsten | breast | bvo mammo* | bvo | tomosynthese | stereotact* mamma |
oksel | axilla | cmm | cesm | tepel* | galactogr* | ductogr* | borstklier* | borstimplant* | mammapunct* |
mammabiop* | mamillae | okselklier* | okselecho | bevolkingsonderzoek borst*""",
    "abdomen": """
abdomen | abd | abdominaal | abdominale | abdominal | boz | buik* | bovenbuik* | onderbuik* | blanco buik | x buik |
lever | liver | hepat* | gal | galweg* | mrcp | ercp | ptc | cholangio* | pancreas* | alvleesklier | milt* | spleen |
renal | kidney* | bijnier* | adrenal* | maag | maagfoto | duodenum | stomach | dunne darm | enterograf* |
enteroclys* | mr enterografie | dundarm* | colon* | colograf* | darm* | appendi* | retroperiton* | renogram | mag3 |
dmsa | leverfibroscan | mesenteri* | vena porta* | tips | sellink | ileum | nefrostom* | pyelograf* | biliair* |
cholecyst* | galst* | papil* | vena cava inferior | v cava inferior | vci | aa renales | a renalis | renalis |
nier* | transplantatienier* | transplantaatnier* | omentum | peritone* | ascites* | gastro* | peg | jejun* |
pyloru* | sigmoid* | rectosigmoid* | navel* | littekenbreuk* | hernia cicatric* | invaginat* | tace | sirt | y90 |
passage* | dunnedarm* | dikke darm* | maagband* | sleeve | bypass maag | lymfoom abdomen | caecum | vesicolith* |
leverpunct* | hida | leverbiops* | galbl* | arteria hepatica | splen* | coeliac* | truncus coeliacus |
arteria mesenter* | viscerale vaten""",
    "abdomen pelvis": """
urogr* | ivp | ivu | ct ivp | ctu | ureter* | urinary | kub | niersteen | nierstenen | stone protocol |
nieren en blaas | nieren blaas | tractus urogenitalis | urineweg* | tractus urin* | uro ct | ct uro* | buik bekken |
nier ureter blaas | dj katheter | echo onderbuik""",
    "pelvis": """
bekken* | pelvi* | prostaat* | prostate | rectum* | rectaal | perianaal | perianal* | anus | fistel* | blaas |
bladder | cystogr* | mictiecysto* | uterus | ovari* | gynaeco* | gyn | transvaginaal | transvaginale | tve |
zwanger* | obstet* | foetus* | foetaal | scrotum | scrotaal | balzak | testis | testikel* | lies | liezen | groin |
inguin* | liesbreuk | si gewricht* | sacroilia* | si joint* | defecogr* | hsg | hysterosalpingo* | symfyse |
os pubis | cervix uteri | adnex* | endometr* | spiraaltje | cervix | vulva | vagina* | penis* | urethr* | perine* |
pudend* | klein bekken | genital* | kraamuterus | placenta | termijnecho | seo | nuchal* | epididym* | varicocele |
sphincter* | anaal | anale | endoanaal | endorect* | mesorect* | vesica* | blaasecho | zitbeen* | os ischii |
ileosacra*""",
    "hip": """
heup* | hip | hips | collum femoris | collum | schenkelhals | acetabul* | tha | thp | kop femur | lauenstein |
femurkop | total hip | proximale femur | femurhals* | hemiarthro* | khp | perthes | trochanter* | dhs | gamma nail |
pfn""",
    "shoulder": """
schouder* | shoulder* | sleutelbeen | scapula* | ac gewricht* | cuff | ac joint | glenoid* | supraspinat* | clavic* |
acromi* | bicepspees | infraspin* | rotatorcuff* | subscap* | hill sachs""",
    "upper-arm": "bovenarm* | humerus | upper arm | opperarm* | humeri",
    "elbow": "elleboog* | ellebogen | elbow* | olecranon | radiuskop | epicondyl* | radiuskopje",
    "forearm": "onderarm* | radius ulna | radius en ulna | forearm | antebrachi* | ulna | radius",
    "wrist": """
pols* | wrist* | scafoid* | scaphoid* | carpaal | carpal* | handwortel* | distale radius | os naviculare manus |
tfcc | carpi | lunatum | triquetrum | naviculare pols | os naviculare | distale onderarm | dru gewricht* | carpus*""",
    "hand": """
hand | handen | hands | vinger* | finger* | duim* | thumb* | dig i | dig ii | dig iii | dig iv | dig v | mcp* | pip |
dip | cmc* | metacarp* | middenhand* | falanx hand | skeletleeftijd | bone age | handskelet | pink* | wijsvinger* |
ringvinger* | middelvinger* | handwort hand | mc 1 | mc i | os metacarp* | phalanx hand""",
    "thigh": "femur | femora | dijbeen | thigh* | upper leg | bovenbe* | hamstring* | quadriceps* | femurschacht*",
    "knee": """
knie* | knee* | patella* | meniscus | menisci | kruisband* | tkp | fabella | popliteal* | baker* cyste | gonart* |
rosenberg | popliteaal* | crucia* | gonio* | hks opname | osgood*""",
    "lower-leg": """
crus | cruris | tibia* | fibula* | scheenbeen | lower leg | calf | onderbe* | crura | kuit* | tib fib | gastrocnem*""",
    "ankle": """
enkel* | ankle* | achilles* | talus | malleol* | tarsus | syndesmose | bovenste spronggewricht | osg | subtalair* |
tarsi* | tibiotal* | achillis | spronggewricht*""",
    "foot": """
voet* | foot | feet | calcaneus | hiel* | teen | tenen | toe | toes | hallux* | voorvoet | middenvoet | metatars* |
mtp* | lisfranc | os naviculare voet | sesam* | chopart | plantair* | plantaris* | mt 1 | digiti pedis | os cuboid* |
tarsometa* | naviculare pedis""",
    "leg": "been | benen | beenvaten | onderste extremiteit* | lower extremit* | leg | legs | beenlengte*",
    "arm": "arm | armen | armvaten | bovenste extremiteit* | upper extremit* | shunt arm",
    "leg-vessels": """
dvt | beenvaten | femoral* arterie* | a femoralis | afs | varices | runoff | enkel arm index | veneus been | crosse |
poplitea* | a tibialis | cruraal* | crurale | femoropop* | fem pop | saphena* | vsm | vsp | spatader* |
veneuze insuff* | perifere vaten | perifere arter* | perifeer vaat* | enkel armindex | tromboseb*""",
    "pelvis leg-vessels": "iliaca* | a iliaca | bekken en beenvaten",
    "whole-body": """
total body | totaal lichaam | totale lichaam | whole body | wholebody | traumascan | total bodyscan | polytrauma ct |
botscintigr* | skeletscintigr* | bone scan | hals t m lies | schedelbasis t m lies | schedel t m lies |
skull base to thigh* | psma | dotatate | octreoscan | pan ct | panct | trauma scan | skeletstatus | skeletonderzoek |
tot lichaam | gehele lichaam | hele lichaam | full body | fullbody | lichaamsscan | octreotide | mibg |
leukocytenscan* | jodium scan | gallium* | skelet scintigr* | bot scint* | skelet 3 fasen | botscan* |
scint tot lichaam | eyes to thigh* | wb mri | mri wb | myeloom skelet*""",
    "knee lower-leg": "tibiaplateau*",
    "skeleton": """
dexa | dxa | botdichtheid* | botdensit* | bone densit* | vfa | absorptiometr* | osteodensit* | densitometr* |
botmeting | osteoporose | bone density | botmineraal*""",
    "arm-vessels": """
subclavia* | a brachialis | v brachialis | radialis arterie | dialyseshunt | shuntogr* | cimino | av fistel |
graft arm | axillaris*""",
}
"""Regions and the terms of each; several regions where one word means all of them."""

VAGUE: Final[dict[str, str]] = {
    "c-spine t-spine l-spine": "wervelkolom | spine | wk | rug",
    "brain": "neuro | head | hoofd | cth",
    "whole-body": "pet | petscan | fdg | petct | skelet* | polytrauma | multitrauma | wb | trauma protocol | oncologie",
    "heart": "cor",
    "c-spine": "c1 | c2 | c3 | c4 | c5 | c6 | c7",
    "t-spine": "th1 | th2 | th3 | th4 | th5 | th6 | th7 | th8 | th9 | th10 | th11 | th12",
    "l-spine": "l1 | l2 | l3 | l4 | l5",
    "head": "oor*",
}
"""Terms that count only where nothing else was said."""

RADIOGRAPHS: Final[dict[str, str]] = {"head": "schedel | skull | head | hoofd | schedelbasis"}
"""Terms that mean less where no cross-section is made."""

VESSELS: Final = "duplex | doppler | vaten | vat | arter* | ven* | trombo* | dvt | angio* | cta | mra | dsa | flebo*"
"""With one of these, an arm or a leg is about its vessels."""

QUESTIONS: Final[dict[str, str]] = {
    "brain": """
cva | tia | stroke | trombolyse | trombectomie | m1 | m2 | occlusie m1 | herseninfarct | hersenbloeding |
bloeding in het hoofd | sab | ich | subduraal* | epiduraal hematoom | sdh | edh | glioom | glioblast* | meningeoom* |
epilepsie | insult* | ms | multiple sclerose | dementie | alzheimer | hydrocef* | aneurysma willis | ivt |
hersenmeta* | hoofdpijn | coilen | clippen""",
    "head": """
sinusitis | cholesteatoom* | tandheelkund* | le fort | doofheid | gehoorverlies | mond | mondbodem* | tong""",
    "neck": "struma | larynxca* | carotisstenose | lymfeklieren hals | halslymfe*",
    "c-spine": "dwarslaesie | whiplash | cervicale myelopathie",
    "l-spine": "hnp | hernia | radiculair* | cauda | cauda equina | ischias | lumbago",
    "t-spine l-spine": "wervelinzakking* | wervelfractuur*",
    "c-spine t-spine l-spine": "spondylodis* | myelumcompressie | wervelmeta*",
    "thorax": """
pneumonie | pneumothorax | longca* | longkanker | longtumor | nodus long | longnod* | copd | longfibrose |
longemfyseem | tuberculose | tbc | covid* | empyeem | mesotheli* | longmeta* | dyspnoe""",
    "heart": "cabg | coronairlijden | tavi | hartfalen | klepvit* | infarct hart | nstemi | stemi | endocarditis",
    "aorta": "dissectie | aortadissectie* | aneurysma aorta | aaa | evar",
    "breast": "mammaca* | borstkanker | birads* | bi rads",
    "abdomen": """
acute buik | ileus | perforatie buik | appendicitis | divertic* | crohn | colitis | levermeta* | hcc | galstenen |
choledocho* | cholecystit* | pancreatit* | pancreasca* | pancreaskop* | niersteen | nierstenen | miltletsel |
leverletsel | hydronefrose | niertumor | grawitz | niercelca* | klatskin | appendix""",
    "pelvis": "pirads* | pi rads | prostaatca* | rectumca* | testistumor* | blaasca* | cervixca* | endometrium*",
    "hip": "coxart* | heupfractuur*",
    "shoulder": "cuffruptuur | rotator* | impingement schouder",
    "knee": "kruisbandletsel | gonartrose | meniscusletsel",
    "ankle": "enkelfractuur*",
    "lower-leg": "crurisfractuur* | gastrocnem*",
    "leg-vessels": "claudicatio | ischemie been | kritieke ischemie | pav | etalagebenen | bypass been",
    "hand wrist foot": "reumatoide artritis | ra | reuma",
}
"""Of a question: diseases and treatments, and where they are."""

TRAUMA: Final = "trauma* | polytrauma | val | ongeval* | gevallen | hvo | auto ongeluk | aanrijding | hoogenergetisch*"
"""Questions for which everything that was made at once belongs together."""
