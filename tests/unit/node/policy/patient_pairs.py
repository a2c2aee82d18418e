"""Labelled arrivals at a hospital whose patients are known: who of them is it? Nobody is real.

Each arrival is made of a patient of the register by the mistake that its heading names, so the label is known.
``_REGISTER``: own number | PN (PS3.5 section 6.2.1) | birth date | sex | BSN. ``_ARRIVALS`` ends with the own number of
whom it is; "-" is nobody here, "?" one of two whom only a human can tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.identity import Patient, PatientNumber

_REGISTER = """
4100011 | Berg^Anna^^van den | 19580312 | F | 999901400
4100048 | Berg^Johanna^^van der | 19610704 | F | 999901692
4100085 | Jansen^Piet | 19471109 | M | 999901746
4100122 | Jansen^Pieter Johannes | 19830221 | M | 999901904
4100159 | Janssen^Petra | 19790530 | F | 999903044
4100196 | Hart^Willem^^'t | 19520217 | M | 999905648
4100233 | IJzerman^Kees | 19660808 | M | 999906537
4100270 | Dijkstra^Sjoerd | 19740425 | M | 999907876
4100307 | Müller^Jörg | 19690113 | M | 999908947
4100344 | Coëlho^André | 19650901 | M | 999912367
4100381 | Vries-Jansen^Els^^de | 19710619 | F | 999913931
4100418 | Bakker-van der Meer^Maria | 19560228 | F | 999915162
4100455 | Groot^Hendrik^^de | 19390503 | M | 999915447
4100492 | Linden^Saskia^^van der | 19880717 | F | 999917973
4100529 | Meijer^Truus | 19440926 | F | 999919787
4100566 | El Amrani^Fatima | 19920310 | F | 999920443
4100603 | Yılmaz^Ayşe | 19851204 | F | 999924515
4100640 | Nguyen^Thi Lan | 19770815 | F | 999930084
4100677 | Visser^Bram | 20010611 | M | 999930436
4100714 | Smit^Jan | 19360402 | M | 999934351
4100751 | Smits^Johan | 19500121 | M | 999934454
4100788 | Hoogendoorn^Bas | 19951119 | M | 999937613
4100825 | Ven^Greet^^van de | 19481030 | F | 999938927
4100862 | Kuijpers^Theo | 19630709 | M | 999939531
4100899 | Schouten^Ria | 19551206 | F | 999942207
4100936 | Peters^Daan | 20100305 | M | 999943686
4100973 | Wit^Mieke^^de | 19700214 | F | 999944617
4101010 | Dam^Cornelis^^van | 19420820 | M | 999946973
4101047 | Boer^Lotte^^de | 19990928 | F | 999948908
4101084 | Wijnen^Roos | 20031016 | F | 999949433
4101121 | Peeters^Lisa | 20070413 | F | 999950241
4101158 | Peeters^Laura | 20070413 | F | 999952067
4101195 | Brouwer^Tim^^de | 20120130 | M | 999956681
4101232 | Brouwer^Tom^^de | 20120130 | M | 999959013
4101269 | Kok^Eva | 20150922 | F | 999960477
4101306 | Kok^Emma | 20150922 | F | 999964744
4101343 | Aziz^Samir | 20180508 | M | 999965384
4101380 | Aziz^Nadia | 20180508 | F | 999967368
4101417 | Graaf^Sem^^van de | 20211201 | M | 999967629
4101454 | Graaf^Finn^^van de | 20211201 | M | 999969365
4101491 | Jansen^Piet | 19471119 | M | 999970677
4101528 | Berg^Anna^^van den | 19851203 | F | 999973733
4101565 | Smit^Jan | 19630204 | M | 999974506
4101602 | Bakker^Maria | 19560228 | F | 999975535
4101639 | Vries^Els^^de | 19710916 | F | 999975675
4101676 | Hendriks^Baby | 20260914 | F | 
4101713 | Mulder^Zoon van | 20261102 | M | 
4101750 | Bos^Dochter | 20261110 | F | 
4101787 | Vos^NN | 20261018 | M | 
4101824 | Dekker^Baby | 20260830 | M | 
4101861 | Hendriks^Ingrid | 19940611 | F | 999977180
4101898 | Mulder^Sanne | 19970122 | F | 999977714
4101935 | Bos^Kim | 19891203 | F | 999978093
4101972 | Vos^Noor | 19960730 | F | 999978524
4102009 | Dekker^Femke | 19911017 | F | 999979450
"""

_ARRIVALS = """
# exact
Berg^Anna^^van den | 19580312 | F | 999901400 | 4100011
Berg^Johanna^^van der | 19610704 | F | 999901692 | 4100048
Jansen^Piet | 19471109 | M | 999901746 | 4100085
Jansen^Pieter Johannes | 19830221 | M | 999901904 | 4100122
Janssen^Petra | 19790530 | F | 999903044 | 4100159
Hart^Willem^^'t | 19520217 | M | 999905648 | 4100196
IJzerman^Kees | 19660808 | M | 999906537 | 4100233
Dijkstra^Sjoerd | 19740425 | M | 999907876 | 4100270
Müller^Jörg | 19690113 | M | 999908947 | 4100307
Coëlho^André | 19650901 | M | 999912367 | 4100344
Vries-Jansen^Els^^de | 19710619 | F | 999913931 | 4100381
Bakker-van der Meer^Maria | 19560228 | F | 999915162 | 4100418
Groot^Hendrik^^de | 19390503 | M | 999915447 | 4100455
Linden^Saskia^^van der | 19880717 | F | 999917973 | 4100492
Meijer^Truus | 19440926 | F | 999919787 | 4100529
El Amrani^Fatima | 19920310 | F | 999920443 | 4100566
Yılmaz^Ayşe | 19851204 | F | 999924515 | 4100603
Nguyen^Thi Lan | 19770815 | F | 999930084 | 4100640
Visser^Bram | 20010611 | M | 999930436 | 4100677
Smit^Jan | 19360402 | M | 999934351 | 4100714
Smits^Johan | 19500121 | M | 999934454 | 4100751
Hoogendoorn^Bas | 19951119 | M | 999937613 | 4100788
Ven^Greet^^van de | 19481030 | F | 999938927 | 4100825
Kuijpers^Theo | 19630709 | M | 999939531 | 4100862
Schouten^Ria | 19551206 | F | 999942207 | 4100899
Peters^Daan | 20100305 | M | 999943686 | 4100936
Wit^Mieke^^de | 19700214 | F | 999944617 | 4100973
Dam^Cornelis^^van | 19420820 | M | 999946973 | 4101010
Boer^Lotte^^de | 19990928 | F | 999948908 | 4101047
Wijnen^Roos | 20031016 | F | 999949433 | 4101084
# spelling
BERG^ANNA | 19580312 | F | 999901400 | 4100011
BERG^JOHANNA | 19610704 | F | 999901692 | 4100048
JANSEN^PIET | 19471109 | M | 999901746 | 4100085
JANSEN^PIETER JOHANNES | 19830221 | M | 999901904 | 4100122
JANSSEN^PETRA | 19790530 | F | 999903044 | 4100159
HART^WILLEM | 19520217 | M | 999905648 | 4100196
IJZERMAN^KEES | 19660808 | M | 999906537 | 4100233
DIJKSTRA^SJOERD | 19740425 | M | 999907876 | 4100270
MÜLLER^JÖRG | 19690113 | M | 999908947 | 4100307
COËLHO^ANDRÉ | 19650901 | M | 999912367 | 4100344
VRIES-JANSEN^ELS | 19710619 | F | 999913931 | 4100381
BAKKER-VAN DER MEER^MARIA | 19560228 | F | 999915162 | 4100418
GROOT^HENDRIK | 19390503 | M | 999915447 | 4100455
LINDEN^SASKIA | 19880717 | F | 999917973 | 4100492
MEIJER^TRUUS | 19440926 | F | 999919787 | 4100529
EL AMRANI^FATIMA | 19920310 | F | 999920443 | 4100566
YILMAZ^AYŞE | 19851204 | F | 999924515 | 4100603
NGUYEN^THI LAN | 19770815 | F | 999930084 | 4100640
VISSER^BRAM | 20010611 | M | 999930436 | 4100677
SMIT^JAN | 19360402 | M | 999934351 | 4100714
SMITS^JOHAN | 19500121 | M | 999934454 | 4100751
HOOGENDOORN^BAS | 19951119 | M | 999937613 | 4100788
VEN^GREET | 19481030 | F | 999938927 | 4100825
KUIJPERS^THEO | 19630709 | M | 999939531 | 4100862
SCHOUTEN^RIA | 19551206 | F | 999942207 | 4100899
PETERS^DAAN | 20100305 | M | 999943686 | 4100936
WIT^MIEKE | 19700214 | F | 999944617 | 4100973
DAM^CORNELIS | 19420820 | M | 999946973 | 4101010
BOER^LOTTE | 19990928 | F | 999948908 | 4101047
WIJNEN^ROOS | 20031016 | F | 999949433 | 4101084
# initials
Berg^A. | 19580312 | F | 999901400 | 4100011
Berg^J. | 19610704 | F | 999901692 | 4100048
Jansen^P. | 19471109 | M | 999901746 | 4100085
Jansen^P.J. | 19830221 | M | 999901904 | 4100122
Janssen^P. | 19790530 | F | 999903044 | 4100159
Hart^W. | 19520217 | M | 999905648 | 4100196
IJzerman^K. | 19660808 | M | 999906537 | 4100233
Dijkstra^S. | 19740425 | M | 999907876 | 4100270
Müller^J. | 19690113 | M | 999908947 | 4100307
Coëlho^A. | 19650901 | M | 999912367 | 4100344
Vries-Jansen^E. | 19710619 | F | 999913931 | 4100381
Bakker-van der Meer^M. | 19560228 | F | 999915162 | 4100418
Groot^H. | 19390503 | M | 999915447 | 4100455
Linden^S. | 19880717 | F | 999917973 | 4100492
Meijer^T. | 19440926 | F | 999919787 | 4100529
El Amrani^F. | 19920310 | F | 999920443 | 4100566
Yılmaz^A. | 19851204 | F | 999924515 | 4100603
Nguyen^T.L. | 19770815 | F | 999930084 | 4100640
Visser^B. | 20010611 | M | 999930436 | 4100677
Smit^J. | 19360402 | M | 999934351 | 4100714
Smits^J. | 19500121 | M | 999934454 | 4100751
Hoogendoorn^B. | 19951119 | M | 999937613 | 4100788
Ven^G. | 19481030 | F | 999938927 | 4100825
Kuijpers^T. | 19630709 | M | 999939531 | 4100862
Schouten^R. | 19551206 | F | 999942207 | 4100899
Peters^D. | 20100305 | M | 999943686 | 4100936
Wit^M. | 19700214 | F | 999944617 | 4100973
Dam^C. | 19420820 | M | 999946973 | 4101010
Boer^L. | 19990928 | F | 999948908 | 4101047
Wijnen^R. | 20031016 | F | 999949433 | 4101084
# wrong-digit
Berg^Anna^^van den | 19580312 | F | 999901440 | 4100011
Berg^Johanna^^van der | 19610704 | F | 999901662 | 4100048
Jansen^Piet | 19471109 | M | 999908746 | 4100085
Jansen^Pieter Johannes | 19830221 | M | 999901104 | 4100122
Janssen^Petra | 19790530 | F | 999900044 | 4100159
Hart^Willem^^'t | 19520217 | M | 999905641 | 4100196
IJzerman^Kees | 19660808 | M | 999906517 | 4100233
Dijkstra^Sjoerd | 19740425 | M | 999906876 | 4100270
Müller^Jörg | 19690113 | M | 999908247 | 4100307
Coëlho^André | 19650901 | M | 999912364 | 4100344
Vries-Jansen^Els^^de | 19710619 | F | 999913981 | 4100381
Bakker-van der Meer^Maria | 19560228 | F | 999915112 | 4100418
Groot^Hendrik^^de | 19390503 | M | 999915417 | 4100455
Linden^Saskia^^van der | 19880717 | F | 999917473 | 4100492
Meijer^Truus | 19440926 | F | 999919786 | 4100529
El Amrani^Fatima | 19920310 | F | 999920445 | 4100566
Yılmaz^Ayşe | 19851204 | F | 999924815 | 4100603
Nguyen^Thi Lan | 19770815 | F | 999934084 | 4100640
Visser^Bram | 20010611 | M | 999930435 | 4100677
Smit^Jan | 19360402 | M | 999934151 | 4100714
Smits^Johan | 19500121 | M | 999934434 | 4100751
Hoogendoorn^Bas | 19951119 | M | 999937616 | 4100788
Ven^Greet^^van de | 19481030 | F | 999938327 | 4100825
Kuijpers^Theo | 19630709 | M | 999932531 | 4100862
Schouten^Ria | 19551206 | F | 999942297 | 4100899
Peters^Daan | 20100305 | M | 999949686 | 4100936
Wit^Mieke^^de | 19700214 | F | 999944217 | 4100973
Dam^Cornelis^^van | 19420820 | M | 999946913 | 4101010
Boer^Lotte^^de | 19990928 | F | 999945908 | 4101047
Wijnen^Roos | 20031016 | F | 999949430 | 4101084
# no-bsn
Berg^Anna | 19580312 | F |  | 4100011
Berg^Johanna | 19610704 | F |  | 4100048
Jansen^Piet | 19471109 | M |  | 4100085
Jansen^Pieter Johannes | 19830221 | M |  | 4100122
Janssen^Petra | 19790530 | F |  | 4100159
Hart^Willem | 19520217 | M |  | 4100196
IJzerman^Kees | 19660808 | M |  | 4100233
Dijkstra^Sjoerd | 19740425 | M |  | 4100270
Müller^Jörg | 19690113 | M |  | 4100307
Coëlho^André | 19650901 | M |  | 4100344
Vries-Jansen^Els | 19710619 | F |  | 4100381
Bakker-van der Meer^Maria | 19560228 | F |  | 4100418
Groot^Hendrik | 19390503 | M |  | 4100455
Linden^Saskia | 19880717 | F |  | 4100492
Meijer^Truus | 19440926 | F |  | 4100529
El Amrani^Fatima | 19920310 | F |  | 4100566
Yılmaz^Ayşe | 19851204 | F |  | 4100603
Nguyen^Thi Lan | 19770815 | F |  | 4100640
Visser^Bram | 20010611 | M |  | 4100677
Smit^Jan | 19360402 | M |  | 4100714
Smits^Johan | 19500121 | M |  | 4100751
Hoogendoorn^Bas | 19951119 | M |  | 4100788
Ven^Greet | 19481030 | F |  | 4100825
Kuijpers^Theo | 19630709 | M |  | 4100862
Schouten^Ria | 19551206 | F |  | 4100899
Peters^Daan | 20100305 | M |  | 4100936
Wit^Mieke | 19700214 | F |  | 4100973
Dam^Cornelis | 19420820 | M |  | 4101010
Boer^Lotte | 19990928 | F |  | 4101047
Wijnen^Roos | 20031016 | F |  | 4101084
# wrong-date
Berg^Anna^^van den | 19581203 | F | 999901400 | 4100011
Berg^Johanna^^van der | 19610407 | F | 999901692 | 4100048
Jansen^Piet | 19470911 | M | 999901746 | 4100085
Jansen^Pieter Johannes | 19380221 | M | 999901904 | 4100122
Janssen^Petra | 19970530 | F | 999903044 | 4100159
Hart^Willem^^'t | 19250217 | M | 999905648 | 4100196
IJzerman^Kees | 19660809 | M | 999906537 | 4100233
Dijkstra^Sjoerd | 19470425 | M | 999907876 | 4100270
Müller^Jörg | 19960113 | M | 999908947 | 4100307
Coëlho^André | 19650109 | M | 999912367 | 4100344
Vries-Jansen^Els^^de | 19170619 | F | 999913931 | 4100381
Bakker-van der Meer^Maria | 19650228 | F | 999915162 | 4100418
Groot^Hendrik^^de | 19390305 | M | 999915447 | 4100455
Linden^Saskia^^van der | 19880718 | F | 999917973 | 4100492
Meijer^Truus | 19440927 | F | 999919787 | 4100529
El Amrani^Fatima | 19921003 | F | 999920443 | 4100566
Yılmaz^Ayşe | 19850412 | F | 999924515 | 4100603
Nguyen^Thi Lan | 19770816 | F | 999930084 | 4100640
Visser^Bram | 20011106 | M | 999930436 | 4100677
Smit^Jan | 19360204 | M | 999934351 | 4100714
Smits^Johan | 19050121 | M | 999934454 | 4100751
Hoogendoorn^Bas | 19591119 | M | 999937613 | 4100788
Ven^Greet^^van de | 19841030 | F | 999938927 | 4100825
Kuijpers^Theo | 19630907 | M | 999939531 | 4100862
Schouten^Ria | 19550612 | F | 999942207 | 4100899
Peters^Daan | 20100503 | M | 999943686 | 4100936
Wit^Mieke^^de | 19070214 | F | 999944617 | 4100973
Dam^Cornelis^^van | 19240820 | M | 999946973 | 4101010
Boer^Lotte^^de | 19990902 | F | 999948908 | 4101047
Wijnen^Roos | 20301016 | F | 999949433 | 4101084
# partner
Berg-de Wit^Anna | 19580312 | F |  | 4100011
Bakker-Berg^Johanna | 19610704 | F | 999901692 | 4100048
Jansen-van Dijk^Piet | 19471109 | M | 999901746 | 4100085
Mulder-Jansen^Pieter Johannes | 19830221 | M |  | 4100122
Janssen-Visser^Petra | 19790530 | F | 999903044 | 4100159
de Wit-Hart^Willem | 19520217 | M | 999905648 | 4100196
IJzerman-Bakker^Kees | 19660808 | M |  | 4100233
van Dijk-Dijkstra^Sjoerd | 19740425 | M | 999907876 | 4100270
Müller-Mulder^Jörg | 19690113 | M | 999908947 | 4100307
Visser-Coëlho^André | 19650901 | M |  | 4100344
Vries-Jansen-de Wit^Els | 19710619 | F | 999913931 | 4100381
Bakker-Bakker-van der Meer^Maria | 19560228 | F | 999915162 | 4100418
Groot-van Dijk^Hendrik | 19390503 | M |  | 4100455
Mulder-Linden^Saskia | 19880717 | F | 999917973 | 4100492
Meijer-Visser^Truus | 19440926 | F | 999919787 | 4100529
de Wit-El Amrani^Fatima | 19920310 | F |  | 4100566
Yılmaz-Bakker^Ayşe | 19851204 | F | 999924515 | 4100603
van Dijk-Nguyen^Thi Lan | 19770815 | F | 999930084 | 4100640
Visser-Mulder^Bram | 20010611 | M |  | 4100677
Visser-Smit^Jan | 19360402 | M | 999934351 | 4100714
Smits-de Wit^Johan | 19500121 | M | 999934454 | 4100751
Bakker-Hoogendoorn^Bas | 19951119 | M |  | 4100788
Ven-van Dijk^Greet | 19481030 | F | 999938927 | 4100825
Mulder-Kuijpers^Theo | 19630709 | M | 999939531 | 4100862
Schouten-Visser^Ria | 19551206 | F |  | 4100899
de Wit-Peters^Daan | 20100305 | M | 999943686 | 4100936
Wit-Bakker^Mieke | 19700214 | F | 999944617 | 4100973
van Dijk-Dam^Cornelis | 19420820 | M |  | 4101010
Boer-Mulder^Lotte | 19990928 | F | 999948908 | 4101047
Visser-Wijnen^Roos | 20031016 | F | 999949433 | 4101084
# twin
Peeters^Lisa | 20070413 | F | 999950241 | 4101121
Peeters^Laura | 20070413 | F | 999952067 | 4101158
Brouwer^Tim^^de | 20120130 | M | 999956681 | 4101195
Brouwer^Tom^^de | 20120130 | M | 999959013 | 4101232
Kok^Eva | 20150922 | F | 999960477 | 4101269
Kok^Emma | 20150922 | F | 999964744 | 4101306
Aziz^Samir | 20180508 | M | 999965384 | 4101343
Aziz^Nadia | 20180508 | F | 999967368 | 4101380
Graaf^Sem^^van de | 20211201 | M | 999967629 | 4101417
Graaf^Finn^^van de | 20211201 | M | 999969365 | 4101454
# twin-no-bsn
Peeters^Lisa | 20070413 | F |  | 4101121
Peeters^Laura | 20070413 | F |  | 4101158
Brouwer^Tim^^de | 20120130 | M |  | 4101195
Brouwer^Tom^^de | 20120130 | M |  | 4101232
Kok^Eva | 20150922 | F |  | 4101269
Kok^Emma | 20150922 | F |  | 4101306
Aziz^Samir | 20180508 | M |  | 4101343
Aziz^Nadia | 20180508 | F |  | 4101380
Graaf^Sem^^van de | 20211201 | M |  | 4101417
Graaf^Finn^^van de | 20211201 | M |  | 4101454
# twin-with-the-others-bsn
Peeters^Lisa | 20070413 | F | 999952067 | ?
Peeters^Laura | 20070413 | F | 999950241 | ?
Brouwer^Tim^^de | 20120130 | M | 999959013 | ?
Brouwer^Tom^^de | 20120130 | M | 999956681 | ?
Kok^Eva | 20150922 | F | 999964744 | ?
Kok^Emma | 20150922 | F | 999960477 | ?
Aziz^Samir | 20180508 | M | 999967368 | ?
Aziz^Nadia | 20180508 | F | 999965384 | ?
Graaf^Sem^^van de | 20211201 | M | 999969365 | ?
Graaf^Finn^^van de | 20211201 | M | 999967629 | ?
# baby
Hendriks^Baby van | 20260914 | F |  | 4101676
Hendriks^Kind | 20260914 |  |  | 4101676
Mulder^Baby van | 20261102 | M |  | 4101713
Mulder^Kind | 20261102 |  |  | 4101713
Bos^Baby van | 20261110 | F |  | 4101750
Bos^Kind | 20261110 |  |  | 4101750
Vos^Baby van | 20261018 | M |  | 4101787
Vos^Kind | 20261018 |  |  | 4101787
Dekker^Baby van | 20260830 | M |  | 4101824
Dekker^Kind | 20260830 |  |  | 4101824
# baby-with-the-mothers-bsn
Hendriks^Baby | 20260914 | F | 999977180 | ?
Mulder^Baby | 20261102 | M | 999977714 | ?
Bos^Baby | 20261110 | F | 999978093 | ?
Vos^Baby | 20261018 | M | 999978524 | ?
Dekker^Baby | 20260830 | M | 999979450 | ?
# mother
Hendriks^Ingrid | 19940611 | F | 999977180 | 4101861
Mulder^Sanne | 19970122 | F | 999977714 | 4101898
Bos^Kim | 19891203 | F | 999978093 | 4101935
Vos^Noor | 19960730 | F | 999978524 | 4101972
Dekker^Femke | 19911017 | F | 999979450 | 4102009
# stranger
Vermeulen^Ilse | 19800405 | F | 999979711 | -
Jansen^Kees | 19620115 | M | 999980397 | -
Berg^Anna^^van der | 19580313 | F | 999980944 | -
Smit^Jan | 19410809 | M | 999983842 | -
Bakker^Maria | 19770707 | F | 999985188 | -
Hassan^Ali | 19900101 | M | 999985371 | -
Groot^Hendrika^^de | 19390503 | F | 999985644 | -
Visser^Bram | 19750611 | M | 999988992 | -
Bosch^Iris^^van den | 20050505 | F | 999989078 | -
Kramer^Otto | 19300303 | M | 999989443 | -
# stranger-no-bsn
Vermeulen^Ilse | 19800405 | F |  | -
Jansen^Kees | 19620115 | M |  | -
Berg^Anna^^van der | 19580313 | F |  | -
Smit^Jan | 19410809 | M |  | -
Bakker^Maria | 19770707 | F |  | -
Hassan^Ali | 19900101 | M |  | -
Groot^Hendrika^^de | 19390503 | F |  | -
Visser^Bram | 19750611 | M |  | -
Bosch^Iris^^van den | 20050505 | F |  | -
Kramer^Otto | 19300303 | M |  | -
# zero-bsn
Berg^Anna^^van den | 19580312 | F | 000000000 | 4100011
# eight-digits
Jansen^Piet | 19471109 | M | 999901746 | 4100085
# unknown-person
Onbekend^NN |  |  |  | -
^ | 19000101 |  |  | -
# own-number-of-another-hospital
Vermeer^Jan | 19510203 | M |  | -
# hard ones, one by one
Berg-Jansen^Anna^^van den | 19580312 | F | 999901400 | 4100011
vandenBerg^Anna | 19580312 | F | 999901400 | 4100011
Berg, van den^Anna | 19580312 | F |  | 4100011
Anna^van den Berg | 19580312 | F | 999901400 | 4100011
Yzerman^Kees | 19660808 | M |  | 4100233
Ĳzerman^Cornelis | 19660808 | M | 999906537 | 4100233
Muller^Jorg | 19690113 | M |  | 4100307
Mueller^Joerg | 19690113 | M | 999908947 | 4100307
Coelho^Andre | 19650901 | M |  | 4100344
Yilmaz^Ayse | 19851204 | F |  | 4100603
Meyer^Geertruida | 19440926 | F | 999919787 | 4100529
Meier^Truus | 19440926 | F |  | 4100529
Kuypers^Theo | 19630709 | M |  | 4100862
Kuijpers^Theodorus | 19630709 | M | 999939531 | 4100862
ElAmrani^Fatima | 19920310 | F |  | 4100566
Amrani^Fatima^^El | 19920310 | F |  | 4100566
Smit^Jan | 19360402 | F |  | 4100714
Schouten^Maria | 19551206 | F | 999942207 | 4100899
Hogendoorn^Bas | 19951119 | M |  | 4100788
Hoogendorn^Sebastiaan | 19951119 | M | 999937613 | 4100788
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An arrival's patient, what is the matter with it, and whose own number is right."""

    kind: str
    patient: Patient
    right: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.patient.name} {self.patient.birth_date}"


def register() -> list[Patient]:
    """Whom the hospital knows; the BSN stands among the other numbers, as most PACS have it."""
    found = []
    for line in _REGISTER.strip().splitlines():
        number, name, birth_date, sex, bsn = (part.strip() for part in line.split("|"))
        found.append(Patient(name, birth_date, sex, PatientNumber(number, "ZHA", "PatientID"), _bsn(bsn)))
    return found


def arrivals() -> list[Arrival]:
    """All of them, under the number of another hospital."""
    found = []
    kind = ""
    for line in _ARRIVALS.strip().splitlines():
        if line.startswith("#"):
            kind = line.lstrip("# ")
            continue
        name, birth_date, sex, bsn, right = (part.strip() for part in line.split("|"))
        number = PatientNumber(f"X{len(found):05d}", "ZHB", "PatientID")
        found.append(Arrival(kind, Patient(name, birth_date, sex, number, _bsn(bsn)), right))
    return found


def _bsn(digits: str) -> tuple[PatientNumber, ...]:
    return (PatientNumber(digits, "NLMINBIZA", "OtherPatientIDsSequence"),) if digits else ()
