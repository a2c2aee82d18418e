"""What the demo prints for people: what starts, the timeline, the checks, and where to look. Dutch first, or English.

Patients are not named, not even made-up ones: with ``--input`` they may be real.
"""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.status import Status

from beeldbrug.cli.demo.accounts import PEOPLE
from beeldbrug.cli.demo.play import RULE, Figures, Moments
from beeldbrug.cli.demo.stage import Stage
from beeldbrug.cli.output import Output
from beeldbrug.cli.prove.leaks.prove import LeakReport
from beeldbrug.node.ports.records import ExchangeRow

STATES = {
    "queued": ("in de rij", "queued"),
    "parked": ("wacht op een mens", "waits for a human"),
    "sending": ("wordt verstuurd", "sending"),
    "arriving": ("komt aan", "arriving"),
    "verified": ("gecontroleerd", "verified"),
    "seen": ("gezien", "seen"),
    "imported": ("in het PACS", "in the PACS"),
    "failed": ("mislukt", "failed"),
    "refused": ("geweigerd", "refused"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """The line that moves while the play is on."""

    show: Show
    status: Status | None

    def sent(self, study_uid: str) -> None:
        """One more study has left A's PACS."""

    def states(self, rows: Sequence[ExchangeRow]) -> None:
        """How all sendings stand."""
        if self.status is not None:
            counts = Counter(row.state.value for row in rows)
            texts = (f"{count} {self.show.say(*STATES.get(state, (state, state)))}" for state, count in counts.items())
            self.status.update(", ".join(texts))


@dataclass(frozen=True, slots=True)
class Show:
    """Prints to people; nothing of it with ``--json``. ``kept``: the folder stays behind."""

    output: Output
    folder: Path
    kept: bool

    def say(self, dutch: str, english: str) -> str:
        """The text in the language of this run."""
        return self.output.choose(dutch, english)

    def starting(self) -> None:
        """Before anything runs."""
        self.output.heading(self.say("Beeldbrug: van PACS naar PACS", "Beeldbrug: from PACS to PACS"))
        self.output.say(
            self.say(
                "Een hub, twee ziekenhuizen met elk een node, en een PACS erachter worden gestart ...",
                "Starting a hub, two hospitals with a node each, and a PACS behind each ...",
            )
        )

    def started(self, stage: Stage) -> None:
        """Everything runs."""
        if stage.pacs_b.name.startswith("stand-in"):
            self.output.say(
                self.say(
                    "Orthanc is hier niet (of niet gewenst): een klein vervangend PACS speelt beide PACS'en.",
                    "Orthanc is not here (or not wanted): a small stand-in plays both PACSes.",
                )
            )
        self.output.table(
            ["", self.say("ziekenhuis A", "hospital A"), self.say("ziekenhuis B", "hospital B")],
            [
                ["PACS", *(f"{one.name}, {one.ae_title}:{one.dicom_port}" for one in (stage.pacs_a, stage.pacs_b))],
                ["node", *(f"DICOM :{one.dimse_port}, web :{one.web_port}" for one in (stage.world.a, stage.world.b))],
            ],
        )

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """While studies travel."""
        if self.output.json or not self.output.console.is_terminal:
            yield Progress(self, None)
            return
        text = self.say(f"PACS A stuurt naar {RULE}", f"PACS A sends to {RULE}")
        with self.output.console.status(text) as status:
            yield Progress(self, status)

    def timeline(self, moments: Sequence[Moments]) -> None:
        """One study in lines, several in a table; seconds since A's PACS began."""
        if len(moments) == 1:
            self._one(moments[0])
        else:
            self._several(moments)

    def _one(self, one: Moments) -> None:
        steps = [
            (
                one.first_byte,
                f"eerste beeld veilig op node A, bestemming {RULE}",
                f"first image safe on node A for {RULE}",
            ),
            (
                one.last_byte,
                f"laatste van {one.instances} beelden op node A",
                f"last of {one.instances} images on node A",
            ),
            (one.first_image, "eerste beeld te bekijken bij B (DICOMweb)", "first image readable at B (DICOMweb)"),
            (one.verified, "gecontroleerd: elke telling en hash klopt", "verified: every count and hash is right"),
            (one.imported, *_imported(one)),
        ]
        began = one.began or 0.0
        rows = [["0.00 s", "", self.say("het PACS van A begint te sturen", "A's PACS begins to send")]]
        for moment, dutch, english in sorted(steps, key=lambda step: step[0] or float("inf")):
            rows.append([_seconds(moment, began), _signed(one.after_last(moment)), self.say(dutch, english)])
        self.output.heading(self.say("Tijdlijn", "Timeline"))
        self.output.table(["", self.say("na laatste byte", "after last byte"), ""], rows, right=[0, 1])

    def _several(self, moments: Sequence[Moments]) -> None:
        heads = (
            self.say("onderzoek", "study"),
            self.say("beelden", "images"),
            self.say("eerste beeld bij B", "first image at B"),
            self.say("gecontroleerd", "verified"),
            self.say("in PACS B", "in PACS B"),
            self.say("stand", "state"),
        )
        rows = [
            [
                str(number),
                str(one.instances),
                *(_signed(one.after_last(moment)) for moment in (one.first_image, one.verified, one.imported)),
                self.say(*STATES.get(one.state, (one.state, one.state))),
            ]
            for number, one in enumerate(moments, 1)
            if one.instances
        ]
        self.output.heading(
            self.say("Tijdlijn, seconden na de laatste byte bij A", "Timeline, seconds after the last byte at A")
        )
        self.output.table(heads, rows, right=[0, 1, 2, 3, 4])

    def checks(self, figures: Figures, leaks: LeakReport | None) -> None:
        """What was read back and compared."""
        read, sent = figures.read, figures.sent
        total = str(read.instances)
        rows = [
            [self.say("beelden aangenomen door node A", "images taken by node A"), total],
            [self.say("byte voor byte gelijk op node B", "byte for byte the same on node B"), str(read.byte_exact)],
            [
                self.say("gelijk terug uit het PACS van B (C-MOVE)", "read back equal from B's PACS (C-MOVE)"),
                str(read.imported),
            ],
            [self.say("dubbel in het PACS van B (C-FIND)", "twice in B's PACS (C-FIND)"), str(read.duplicates)],
        ]
        if leaks is not None:
            place = self.say("identiteit gevonden bij de hub of in de pixellijn", "identity found at hub or pixel line")
            rows.append([place, str(leaks.findings.count)])
            rows.append(
                [
                    self.say("waarden gezocht / plekken", "values searched for / places"),
                    f"{len(leaks.values.found)} / {leaks.findings.places}",
                ]
            )
            planted = f"{sum(one.found for one in leaks.planted)} / {len(leaks.planted)}"
            rows.append([self.say("zelf verstopte waarden teruggevonden", "planted values found"), planted])
            burned = self.say(
                "beelden waar ingebrande tekst niet is uitgesloten", "pictures that may have burned-in text"
            )
            rows.append([burned, str(len(leaks.values.not_proven))])
        by_hand = sum(one.by_hand for one in figures.moments)
        if by_hand:
            rows.append(
                [
                    self.say("studies onder een spoednummer (later omzetten)", "studies under an emergency number"),
                    str(by_hand),
                ]
            )
        by_desk = sum(one.by_desk for one in figures.moments)
        if by_desk:
            rows.append([self.say("studies die op een mens wachtten", "studies that waited for a human"), str(by_desk)])
        if sent.directly:
            rows.append(
                [
                    self.say("rechtstreeks naar node A, niet door PACS A", "straight to node A, not by PACS A"),
                    str(sent.directly),
                ]
            )
        reasons = (("geweigerd", "refused", sent.refused), ("niet verstuurd", "not sent", figures.left_out))
        for dutch, english, counts in reasons:
            rows += [[f"{self.say(dutch, english)}: {code}", str(count)] for code, count in sorted(counts.items())]
        rows += [[f"{self.say('fout', 'fault')}: {code}", str(count)] for code, count in sorted(read.faults.items())]
        self.output.heading(self.say("Nagekeken", "Checked"))
        self.output.table(["", ""], rows, right=[1])

    def where_to_look(self, stage: Stage) -> None:
        """What a curious user can do next."""
        world, say = stage.world, self.say
        look = [[f"PACS {name}", pacs.url] for name, pacs in (("A", stage.pacs_a), ("B", stage.pacs_b)) if pacs.url]
        for hospital in (world.a, world.b):
            look.append([say("portaal", "portal") + f" {hospital.title}", f"http://127.0.0.1:{hospital.web_port}/"])
        for hospital in (world.a, world.b):
            page = f"http://127.0.0.1:{hospital.web_port}/demo/berichten"
            look.append([say("mail en SMS", "mail and SMS") + f" {hospital.title}", page])
        look.append([say("accounts", "accounts"), ", ".join(PEOPLE)])
        look.append([say("wachtwoord", "password"), stage.accounts.password])
        look.append([say("geheim voor de code", "secret of the code"), stage.accounts.secret])
        look.append([say("DICOMweb van B", "B's DICOMweb"), f"{stage.viewer.url}/studies"])
        look.append([say("token", "token"), stage.token])
        look.append([say("map", "folder"), str(self.folder)])
        self.output.heading(say("Waar te kijken", "Where to look"))
        self.output.table(["", ""], look)
        self.output.heading(say("Om te proberen, in een ander venster", "To try, in another window"))
        node_a, node_b = (shlex.quote(str(one.settings)) for one in (world.a, world.b))
        program = _program()
        self.output.say(
            f"{program} status -s {node_a}",
            f"{program} status -s {node_b} --direction in",
            f"{program} withdraw -s {node_a} ID --reason {say('vergissing', 'mistake')}",
            f"{program} park list -s {node_a}",
            f"{program} prove leaks --data {shlex.quote(str(self.folder))}",
            f"storescu -aec {RULE} 127.0.0.1 {world.a.dimse_port} +sd +r {say('MAP', 'FOLDER')}",
            f"curl -H 'Authorization: Bearer {stage.token}' {stage.viewer.url}/studies",
        )
        if stage.pacs_a.url:
            text = say(
                f"In PACS A komen nog meer onderzoeken te liggen: kies er een, Send to DICOM modality, {RULE}.",
                f"More studies will lie in PACS A: choose one, Send to DICOM modality, {RULE}.",
            )
            self.output.say("", text)
        kept = say("De map blijft.", "The folder stays.") if self.kept else say("De map gaat weg.", "The folder goes.")
        self.output.say("", say("Ctrl-C stopt alles.", "Ctrl-C stops everything.") + " " + kept)

    def code(self, stage: Stage) -> None:
        """The code of now, on one line that changes; on a terminal only."""
        if sys.stdout.isatty():
            code, seconds = stage.accounts.code()
            text = self.say(
                f"Code om aan te melden: {code} (nog {seconds} s) ", f"Code to sign in: {code} ({seconds} s) "
            )
            sys.stdout.write("\r" + text)
            sys.stdout.flush()

    def stopping(self) -> None:
        """After Ctrl-C."""
        self.output.say("", self.say("Alles wordt gestopt ...", "Stopping everything ..."))


def _imported(one: Moments) -> tuple[str, str]:
    if one.by_desk:
        return "in het PACS van B, onder een met de hand gekozen nummer", "in B's PACS, under a number chosen by hand"
    if one.by_hand:
        return "in het PACS van B, onder een spoednummer", "in B's PACS, under an emergency number"
    return "in het PACS van B, onder B's eigen nummer", "in B's PACS, under B's own number"


def _program() -> str:
    """This program as it was called, so that the lines can be copied."""
    called = Path(sys.argv[0])
    return shlex.quote(str(called)) if called.name == "beeldbrug" and len(called.parts) > 1 else "beeldbrug"


def _seconds(moment: float | None, began: float) -> str:
    return "-" if moment is None else f"{moment - began:.2f} s"


def _signed(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:+.2f} s"
