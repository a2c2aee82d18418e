"""Labelled pairs for the search by patient: what a person types, and the name as a header gives it. Nobody is real.

Labelled by hand before the search was written. A line: typed | PN (PS3.5 section 6.2.1) | birth date | patient number.
"""

from __future__ import annotations

from dataclasses import dataclass

_MATCH = """
# the plain name, in any order, in any case
jansen | Jansen^Piet
Jansen | JANSEN^PIET
JANSEN | jansen^piet
piet jansen | Jansen^Piet
jansen piet | Jansen^Piet
Jansen, Piet | Jansen^Piet
jansen,piet | Jansen^Piet
Jansen^Piet | Jansen^Piet
  jansen   piet  | Jansen^Piet
piet | Jansen^Piet
Piet Jansen | Jansen^Pieter
bakker johanna maria | Bakker^Johanna Maria
maria bakker | Bakker^Johanna^Maria
johanna maria | Bakker^Johanna^Maria
smit | Smit^Jan^^^Jr
smit jr | Smit^Jan^^^Jr
# while typing: the start of a word
jans | Jansen^Piet
jan | Jansen^Piet
ja pi | Jansen^Piet
pie jans | Jansen^Piet
jansen p | Jansen^Piet
p jansen | Jansen^Piet
hoog | Hoogendoorn^Bram
hoogend | Hoogendoorn^Bram
vri | Vries^Anna^^de
de v | Vries^Anna^^de
de vr | de Vries^Anna
van d | van der Berg^Anna
van der b | van der Berg^Anna
van der be | Berg^Anna^^van der
anna van | van der Berg^Anna
anna van der | van der Berg^Anna
v.d. be | van den Berg^Anna
vd be | van den Berg^Anna
di | Dijkstra^Sjoerd
dij | Dijkstra^Sjoerd
ri | Rijn^Saskia^^van
rij | van Rijn^Saskia
van ri | van Rijn^Saskia
i | IJzerman^Kees
ij | IJzerman^Kees
wi | Wijnen^Truus
jans* | Jansen^Piet
# van der, v.d., vd, vander
van der berg | van der Berg^Anna
Van der Berg | VAN DER BERG^ANNA
van der berg | Berg^Anna^^van der
van der berg | Berg^Anna^van der
van der berg | Berg^Anna van der
van der berg | Berg van der^Anna
van der berg | Berg, van der^Anna
van der berg | v.d. Berg^Anna
van der berg | v. d. Berg^Anna
van der berg | v/d Berg^Anna
van der berg | vd Berg^Anna
van der berg | V.D. BERG^ANNA
van der berg | vander Berg^Anna
van der berg | Vanderberg^Anna
van der berg | Berg^Anna
van der berg | Berg^Anna^^v.d.
van der berg | Berg^A.v.d.
v.d. berg | van der Berg^Anna
v.d. berg | van den Berg^Anna
v.d. berg | van de Berg^Anna
v.d. berg | v.d. Berg^Anna
v.d. berg | Berg^Anna^^van der
v.d. berg | Berg^Anna
v.d.berg | van der Berg^Anna
v d berg | van der Berg^Anna
vd berg | van der Berg^Anna
vd berg | Berg^Anna^^van den
vdberg | van der Berg^Anna
vdberg | v.d. Berg^Anna
v/d berg | van der Berg^Anna
v/d berg | vd Berg^Anna
vander berg | van der Berg^Anna
vanderberg | van der Berg^Anna
vanderberg | v.d. Berg^Anna
vandenberg | van den Berg^Anna
vanden berg | van den Berg^Anna
van den berg | Vandenberg^Anna
van den broucke | Vandenbroucke^Luc
vandenbroucke | van den Broucke^Luc
berg | van der Berg^Anna
berg | v.d. Berg^Anna
berg, van der | van der Berg^Anna
berg van der | Berg^Anna^^van der
Berg, A. van der | van der Berg^Anna
berg, v.d. | van der Berg^Anna
anna van der berg | Berg^Anna^^van der
anna v.d. berg | van der Berg^Anna
berg anna | van der Berg^Anna
a. van der berg | Berg^Anna^^van der
a. v.d. berg | Berg^A.M.^^van der
# other prefixes
de vries | Vries^Els^^de
de vries | de Vries^Els
vries | de Vries^Els
de vries | Vries de^Els
devries | de Vries^Els
van dijk | van Dijk^Mo
van dijk | Dijk^Mo^^van
van dijk | v. Dijk^Mo
v. dijk | van Dijk^Mo
v dijk | van Dijk^Mo
van de ven | Ven^Loes^^van de
van de velde | Vandevelde^Loes
ten cate | Cate^Henk^^ten
ten cate | ten Cate^Henk
cate | ten Cate^Henk
ter horst | Horst^Ria^^ter
te riele | te Riele^Bart
van der meer de walcheren | Meer de Walcheren^Otto^^van der
op den kamp | Kamp^Jo^^op den
op de camp | op de Camp^Jo
uit de haag | Haag^Jo^^uit de
uit den bogaard | Bogaard^Jo^^uit den
van den heuvel | HEUVEL^JO^^VAN DEN
in den bosch | in den Bosch^Wim
van der van | van der Van^Wim
de la cruz | Cruz^Maria^^de la
de la cruz | de la Cruz^Maria
cruz | de la Cruz^Maria
delacruz | de la Cruz^Maria
la fontaine | la Fontaine^Jean
du pont | du Pont^Claire
von humboldt | Humboldt^Heinrich^^von
humboldt | von Humboldt^Heinrich
# apostrophes
't hart | 't Hart^Jan
t hart | 't Hart^Jan
't hart | t Hart^Jan
’t hart | 't Hart^Jan
hart | 't Hart^Jan
't hart | Hart^Jan^^'t
thart | 't Hart^Jan
van 't hof | van 't Hof^Jan
van t hof | van 't Hof^Jan
van't hof | van 't Hof^Jan
van 't hof | van't Hof^Jan
van het hof | van 't Hof^Jan
van 't hof | van het Hof^Jan
van 't hof | Hof^Jan^^van 't
hof | van't Hof^Jan
in 't veld | in 't Veld^Mees
in het veld | in 't Veld^Mees
int veld | in 't Veld^Mees
's gravesande | 's-Gravesande^Willem
's-gravesande | s Gravesande^Willem
gravesande | 's-Gravesande^Willem
sgravesande | 's-Gravesande^Willem
d'hondt | D'Hondt^Lies
dhondt | D'Hondt^Lies
d hondt | D’Hondt^Lies
hondt | D'Hondt^Lies
o'brien | O'Brien^Tom
obrien | O'Brien^Tom
o brien | O'Brien^Tom
o'brien | OBrien^Tom
d'angelo | D’Angelo^Gina
# IJ, ij, Y
ijzerman | IJzerman^Kees
IJzerman | Ĳzerman^Kees
ijzerman | Yzerman^Kees
yzerman | IJzerman^Kees
ĳzerman | IJZERMAN^KEES
van dyk | van Dijk^Mo
van dijk | van Dyk^Mo
dijkstra | Dykstra^Sjoerd
bruijn | de Bruijn^Ko
de bruyn | Bruijn^Ko^^de
meijer | Meyer^Lia
meyer | Meijer^Lia
kuijpers | Kuypers^Noor
van der heijden | v.d. Heyden^Ans
wytske | Dijkstra^Wijtske
# partner's names, in any order
jansen-de vries | Jansen-de Vries^Els
jansen-de vries | de Vries-Jansen^Els
de vries-jansen | Jansen-de Vries^Els
de vries - jansen | Jansen-de Vries^Els
de vries e/v jansen | Jansen-de Vries^Els
jansen-de vries | de Vries e/v Jansen^Els
jansen e/v de vries | Jansen-de Vries^Els
jansen e.v. de vries | de Vries-Jansen^Els
jansen ev de vries | Jansen-de Vries^Els
jansen-de vries | Jansen ev de Vries^Els
els jansen | Jansen-de Vries^Els
els de vries | Jansen-de Vries^Els
de vries | Jansen-de Vries^Els
jansen | de Vries-Jansen^Els
jansen vries | Jansen-de Vries^Els
jansen de vries | Jansen-de Vries^Els
jansen geb. de vries | Jansen-de Vries^Els
jansen-de vries | Jansen geb. de Vries^Els
bakker-van der berg | Bakker-van der Berg^Anna
bakker-v.d. berg | van der Berg-Bakker^Anna
van der berg-bakker | Bakker - v.d. Berg^Anna
van den broek-van der meer | van der Meer-van den Broek^Ans
jansen-van der berg | Jansen-Berg^Anna
van der meer | Jansen-van der Meer^Anna^^van
mulder - van 't hof | van 't Hof-Mulder^Ria
# diacritics
muller | Müller^Jörg
müller | Müller^Jörg
müller | Muller^Jorg
MÜLLER | müller^jörg
mueller | Müller^Jörg
müller | Mueller^Joerg
jörg müller | Müller^Jörg
celik | Çelik^Ayşe
çelik | Celik^Ayse
ÇELİK | Çelik^Ayşe
ayse celik | Çelik^Ayşe
noel | Noël^Zoë
noël | Noel^Zoe
zoe | Noël^Zoë
ozturk | Öztürk^Işıl
öztürk | Ozturk^Isil
ÖZTÜRK | Öztürk^Işıl
oeztuerk | Öztürk^Işıl
isil öztürk | ÖZTÜRK^IŞIL
yildiz | Yıldız^İbrahim
ibrahim yıldız | YILDIZ^IBRAHIM
garcia | García^José
josé | Garcia^Jose
francois | Noël^François
sorensen | Sørensen^Kåre
soerensen | Sørensen^Kåre
kowalska | Kowalska^Małgorzata
malgorzata | Kowalska^Małgorzata
weiss | Weiß^Uwe
weiß | Weiss^Uwe
cafe\u0301 | Café^Anna
dvorak | Dvořák^Antonín
# initials
a. jansen | Jansen^A.
a jansen | Jansen^A.
A. Jansen | Jansen^Anna
jansen a. | Jansen^Anna
Jansen, A. | Jansen^Anna Maria
a.b. de boer | Boer^A.B.^^de
A.B. de Boer | de Boer^Anna Berta
a.b. de boer | Boer^Anna^Berta^de
a b de boer | de Boer^A.B.
ab de boer | Boer^A.B.^^de
a. b. de boer | Boer^A B^^de
a.b. de boer | Boer^AB^^de
a.b. de boer | de Boer^Anna
a.b. de boer | de Boer^A.
a. de boer | de Boer^A.B.C.
anna de boer | Boer^A.B.^^de
anna jansen | Jansen^A.
jansen anna | JANSEN^A
pieter jan bakker | Bakker^P.J.
p.j. bakker | Bakker^Pieter Jan
p.j. bakker | Bakker^Pieter-Jan
pj bakker | Bakker^P.J.
th. mulder | Mulder^Th.
theo mulder | Mulder^Th.
j.h.m. smeets | Smeets^J.H.M.
j smeets | Smeets^Johannes Hubertus Maria
j. v.d. berg | Berg^J.^^van der
j.v.d. berg | van der Berg^Jan
# double given names, hyphens
jan-willem | Jansen^Jan-Willem
jan willem jansen | Jansen^Jan-Willem
jan-willem jansen | Jansen^Jan Willem
janwillem jansen | Jansen^Jan Willem
jan willem jansen | Jansen^Janwillem
anne-marie | Bos^Annemarie
annemarie bos | Bos^Anne-Marie
anne marie bos | Bos^Annemarie
willem jansen | Jansen^Jan-Willem
# Turkish, Moroccan, Surinamese and other names
yilmaz mehmet | Yılmaz^Mehmet Ali
el idrissi | El Idrissi^Fatima
el idrissi | El-Idrissi^Fatima
elidrissi | El Idrissi^Fatima
el idrissi | Elidrissi^Fatima
idrissi | El Idrissi^Fatima
el idrissi | Idrissi^Fatima^^El
fatima el idrissi | EL IDRISSI^FATIMA
ben ali | Ben Ali^Youssef
benali | Ben Ali^Youssef
ben ali | Benali^Youssef
youssef ben ali | Ben-Ali^Youssef
al hassan | Al-Hassan^Omar
alhassan | Al Hassan^Omar
ait ouali | Ait Ouali^Samira
m'barek | M'Barek^Said
mbarek | M'Barek^Saïd
said m barek | M'Barek^Saïd
abdelkader | Bouzid^Abd El Kader
abdel kader bouzid | Bouzid^Abdelkader
bouzid | Bouzid-El Amrani^Hanan
el amrani | Bouzid-El Amrani^Hanan
ramdjan singh | Ramdjan Singh^Soenita
singh | Ramdjan Singh^Soenita
soenita ramdjan | Ramdjan Singh^Soenita
jharap | Jharap-Bhagwandin^Radjen
nguyen van minh | Nguyen^Van Minh
minh nguyen | Nguyen^Van Minh
le thi | Le^Thi
tjon a tsien | Tjon A Tsien^Roy
tjon | Tjon-A-Tsien^Roy
dos santos | dos Santos^Ana
santos | dos Santos^Ana
# titles typed before the name
mevrouw jansen | Jansen^Els
mw. jansen | Jansen^Els
dhr. de vries | Vries^Jan^^de
dhr jansen | Jansen^Piet
de heer jansen | Jansen^Piet
dr. bakker | Bakker^Jan^^Dr.
# newborns
baby jansen | Jansen^Baby
baby van jansen | Jansen^Baby van
baby van jansen | Jansen^Baby
baby jansen | Baby van Jansen
jansen baby | Baby Jansen
baby de vries | Vries^Baby van^^de
baby van de vries | de Vries^Baby
baby van de vries | Baby van de Vries
baby van der berg | van der Berg^Baby
jansen | Jansen^Baby van
jansen | Baby van Jansen
kind van jansen | Jansen^Kind van
baby jansen | Jansen^BB
# other scripts
wang | Wang^XiaoDong=王^小東
王 | Wang^XiaoDong=王^小東
王小東 | Wang^XiaoDong=王^小東
小東 | Wang^XiaoDong=王^小東
yamada | Yamada^Tarou=山田^太郎=やまだ^たろう
山田 太郎 | Yamada^Tarou=山田^太郎=やまだ^たろう
やまだ | Yamada^Tarou=山田^太郎=やまだ^たろう
hong gildong | Hong^Gildong=洪^吉洞=홍^길동
홍길동 | Hong^Gildong=洪^吉洞=홍^길동
иванова | Иванова^Анна
иван | Иванова^Анна
# birth date
1-2-1960 | Jansen^Piet | 19600201
01-02-1960 | Jansen^Piet | 19600201
1/2/1960 | Jansen^Piet | 19600201
1.2.1960 | Jansen^Piet | 19600201
01021960 | Jansen^Piet | 19600201
19600201 | Jansen^Piet | 19600201
1960-02-01 | Jansen^Piet | 19600201
1-2-60 | Jansen^Piet | 19600201
010260 | Jansen^Piet | 19600201
1 februari 1960 | Jansen^Piet | 19600201
1 feb 1960 | Jansen^Piet | 19600201
1 feb. 1960 | Jansen^Piet | 19600201
1960 | Jansen^Piet | 19600201
31-12-2024 | Jansen^Baby | 20241231
1-5-19 | Kok^Fien | 20190501
jansen 1-2-1960 | Jansen^Piet | 19600201
jansen 1960 | Jansen^Piet | 19600201
1-2-1960 jansen | Jansen^Piet | 19600201
jansen 01021960 | Jansen^Piet | 19600201
van der berg 3-4-1955 | Berg^Anna^^van der | 19550403
v.d. berg geb. 3-4-1955 | Berg^Anna^^van der | 19550403
jansen, *1960 | Jansen^Piet | 19600201
p. jansen 1 maart 1971 | Jansen^Pieter | 19710301
jansen 2-1960 | Jansen^Piet | 19600201
# patient number
1234567 | Jansen^Piet | 19600201 | 1234567
1234567 | Jansen^Piet | 19600201 | 0001234567
0001234567 | Jansen^Piet | 19600201 | 1234567
12345 | Jansen^Piet | 19600201 | 1234567
123.45.67 | Jansen^Piet | 19600201 | 1234567
123 45 67 | Jansen^Piet | 19600201 | 1234567
p12345 | Jansen^Piet | | P12345
P-12345 | Jansen^Piet | | P12345
p12345 | Jansen^Piet | | P-12.345
999990019 | Jansen^Piet | 19600201 | 999990019
9999.90.019 | Jansen^Piet | 19600201 | 999990019
jansen 1234567 | Jansen^Piet | 19600201 | 1234567
1234567 jansen 1960 | Jansen^Piet | 19600201 | 1234567
"""

_NO_MATCH = """
# another name
jansen | Janssen^Piet
jansen | Jans^Piet
janssen | Jansen^Piet
jansen | Bakker^Jan
jansen | Bakker^J.
jansen | Hansen^Piet
ansen | Jansen^Piet
sen | Jansen^Piet
piet jansen | Jansen^Kees
piet jansen | Jansen^K.
piet jansen | Bakker^Piet
jansen kees | Jansen^Piet
pieter jansen | Jansen^Piet
jan jansen | Bakker^J.
bakker | Bakkum^Jan
bakkers | Bakker^Jan
smit | Smeets^Jan
smits | Smit^Jan
visser | Vis^Jan
de groot | Grootveld^Jan
hoogland | Hoogendoorn^Bram
bosch | van den Bos-Mulder^X | | 7
mulder bakker | Mulder^Bea
jansen jansen bakker | Jansen^Jan
piet kees jansen | Jansen^Piet
# other prefixes
van der berg | van den Berg^Anna
van den berg | van der Berg^Anna
van den berg | Berg^Anna^^van der
de berg | van den Berg^Anna
van der berg | van der Meer^Anna
van der berg | Bergsma^Anna
v.d. berg | v.d. Meer^Anna
v.d. berg | Bergsma^Anna
vd berg | de Berg^Anna
vdberg | van Berg^Anna
de vries | de Wit^Els
de vries | van Vries^Els
van dijk | van Eijk^Mo
van dijk | van Dam^Mo
van der | de Vries^Jan
van | Jansen^Piet
de | Jansen^Piet
ten cate | ter Horst^Ria
ter horst | ten Horst^Ria
van 't hof | van der Hof^Jan
't hart | van der Hart^Jan
van den berg-bakker | van den Berg^Anna
van der linden | van der Lind^Ko
berg, van der | van den Berg^Anna
anna van der berg | van der Berg^Karel
a. van der berg | van der Berg^Karel
op den kamp | van de Kamp^Jo
de jongens | de Jonge-Vos^Ed | | 8
de jonge | de Jong^Ed
# IJ and i
dik | Dijk^Mo
wil | Wijlen^Mo
ri | Ruyter^Mo
meijer | Meier^Lia
dijkstra | Dirkstra^Jan
# partners
jansen-de vries | Jansen-de Wit^Els
jansen-de vries | Bakker-de Vries^Els
de vries e/v jansen | de Vries e/v Bakker^Els
els jansen | Jansen-de Vries^Ank
jansen-de vries | de Vries^J.
mulder-bakker | Mulder-Bakema^Ria
# diacritics and letters that look alike
boer | Borst^Jan
boer | Bor^Jan
moeller | Moll^Jan
koen | Kon^Piet
muller | Mulder^Jan
celik | Cilek^Ayse
ozturk | Ozkan^Isil
noel | Nol^Zoe
goes | Gos^Bas
# initials
a. jansen | Jansen^Piet
a. jansen | Jansen^P.A.
b. jansen | Jansen^A.
a.b. de boer | de Boer^A.C.
a.b. de boer | de Boer^Cor
a. jansen | Jansen-Aalbers^Piet
a.b. de boer | de Boer^B.A.
p.j. bakker | Bakker^P.K.
p.j. bakker | Bakker^Pieter Karel
ab de boer | de Boer^Cor
anna jansen | Jansen^B.
anna de boer | Boer^C.B.^^de
a.b. de boer | de Bruin^A.B.
j.v.d. berg | van der Berg^Karel
k. mulder | Mulder-Kok^Ria
anna jansen | Anders^J.
# double given names
jan-willem jansen | Jansen^Jan
jan-willem jansen | Jansen^Jan-Pieter
annemarie bos | Bos^Anneke
annemarie bos | Bos^Anne
# other origins
el idrissi | El Amrani^Fatima
ben ali | Ben Omar^Youssef
al hassan | Alberts^Hans
benali | Bennett^Ali
le thi | Pham^Thi
yilmaz | Yildiz^Mehmet
singh | Sing^Roy
nguyen van minh | Nguyen^Thi Lan
bouzid-el amrani | Bouzid^Hanan
ait ouali | Ouali^Samira
# titles and newborns
mevrouw jansen | Bakker^Els
dhr jansen | de Jong^Piet
baby jansen | Jansen^Piet
baby jansen | Bakker^Baby van
baby van de vries | de Wit^Baby
# other scripts
王小明 | Wang^XiaoDong=王^小東
李 | Wang^XiaoDong=王^小東
東 | Wang^XiaoDong=王^小東
홍길순 | Hong^Gildong=洪^吉洞=홍^길동
иванова | Петрова^Анна
# birth date
1-2-1960 | Jansen^Piet | 19600102
1-2-1960 | Jansen^Piet | 19610201
1-2-1960 | Jansen^Piet |
1960 | Jansen^Piet | 19610201
1960 | Jansen^Piet | 20011960
2010 | Jansen^Piet | 19551020
01021960 | Jansen^Piet | 19600102
1-2-60 | Jansen^Piet | 19610201
1 februari 1960 | Jansen^Piet | 19600301
jansen 1-2-1960 | Jansen^Piet | 19600202
jansen 1961 | Jansen^Piet | 19600201
bakker 1-2-1960 | Jansen^Piet | 19600201
31-2-1960 | Jansen^Piet | 19600301
jansen 3-1960 | Jansen^Piet | 19600201
# patient number
1234567 | Jansen^Piet | 19600201 | 1234568
1234567 | Jansen^Piet | 19600201 | 7654321
234567 | Jansen^Piet | 19600201 | 1234567
12345678 | Jansen^Piet | 19600201 | 1234567
999990019 | Jansen^Piet | 19600201 | 999990020
jansen 1234567 | Jansen^Piet | 19600201 | 1234568
bakker 1234567 | Jansen^Piet | 19600201 | 1234567
p12345 | Jansen^Piet | | P12346
p12345 | Jansen^Piet | | 12345
# what is no search
-- | Jansen^Piet
. | Jansen^Piet
jansen | | 19600201 | 12
% | Jansen^Piet
_ansen | Bakker^Piet
"""


@dataclass(frozen=True)
class Pair:
    """What is typed, and one patient."""

    typed: str
    name: str
    birth_date: str = ""
    number: str = ""


def _pairs(text: str) -> list[Pair]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [Pair(*(part.strip() for part in line.split("|"))) for line in lines]


MATCH = _pairs(_MATCH)
NO_MATCH = _pairs(_NO_MATCH)
