/**
 * The first look: the first picture of a study, drawn before the program that shows it properly is loaded.
 *
 * The viewer is large, and who opens a message about a stroke has no use for its buttons before there is a picture. So the
 * study is opened at once, its first picture is fetched, opened, windowed and laid over the page together with whose it
 * is; one can scroll already. The viewer takes over the same study, at the picture that is on screen, and uncovers itself.
 * Whatever cannot be shown in this way (no picture, a name that others contradict, a fault) is left to the viewer, which
 * says what is the matter.
 */
import { i18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { StudyHeader } from "@/join";
import { dropEarly, openEarly } from "@/join/open";
import type { OpenStudy } from "@/join/study";
import { cover, uncover } from "@/ui/cover";
import { needTexts, preferredLanguage, speak } from "@/words/catalogues";
import { clean } from "@/words/person";
import { planeOf } from "../describe";
import { directionLetters, type Vector } from "../geometry";
import { NARROW } from "../narrow";
import { patientWords, studyMoment } from "../patient";
import { seriesName } from "../series-name";
import { stackOf } from "../stack";
import { windowText } from "../windowing";
import { type Choice, chosen, proportion, shownAs } from "./choose";
import { rgbaOf } from "./draw";
import styles from "./first.module.css";

/** The program is loaded within this; if not, it can say itself what keeps it. */
const LONGEST_MS = 30_000;

/** Is done when the first picture is on screen, or when it will not be shown in this way. */
export async function firstLook(exchange: string): Promise<void> {
  const study = openEarly({ kind: "exchange", id: exchange });
  const texts = speak(preferredLanguage()).then(() => needTexts("viewer"));
  try {
    await study.ready;
    const first = chosen(study, window.matchMedia(NARROW).matches);
    if (!first) return;
    const look = new Look(study);
    const [drawn] = await Promise.all([look.draw(first), texts]);
    if (drawn) look.show(first);
  } catch {
    // a study or picture that cannot be had: the viewer meets the same, and says so with its remedy
  }
}

class Look {
  private readonly canvas = document.createElement("canvas");
  private readonly root = box("section", styles.look);
  private readonly place = box("p", styles.bottomLeft);
  private readonly window = box("p", styles.bottomRight);
  private asked = 0;
  private at: Choice | null = null;
  private wanted: string | null = null;

  constructor(private readonly study: OpenStudy) {}

  /** Draws a picture of the study; false when it has no header any more, or another one was asked for meanwhile. */
  async draw(choice: Choice): Promise<boolean> {
    this.asked += 1;
    const mine = this.asked;
    const frame = await this.study.frame(choice.imageId, true);
    const shown = shownAs(this.study, choice, frame);
    const pen = this.canvas.getContext("2d");
    if (!shown || !pen || mine !== this.asked) return false;
    this.canvas.width = frame.columns;
    this.canvas.height = frame.rows;
    this.canvas.style.setProperty("--proportion", String(proportion(this.study, choice.imageId, frame)));
    pen.putImageData(new ImageData(rgbaOf(frame, shown), frame.columns, frame.rows), 0, 0);
    const text = windowText(shown.window);
    this.window.textContent = frame.samples === 3 ? "" : `W ${text.width} L ${text.center}`;
    this.at = choice;
    this.wanted = choice.imageId;
    return true;
  }

  /** Lays it over the page, with whose it is; not when two names stand in one study. */
  show(first: Choice): void {
    const { header } = this.study;
    if (!header || header.mixedPatients || !cover(() => this.end())) return;
    const bar = box("header", styles.bar);
    bar.append(
      ...whose(header).map(([text, style]) => box("span", style, text)),
      box("span", styles.notForDiagnosis, i18n._(msg`Niet voor primaire diagnostiek`)),
    );
    const stage = box("div", styles.stage);
    const title = box("p", styles.topLeft, seriesName(first.series));
    const coming = box("p", styles.coming, i18n._(msg`De knoppen komen eraan; scrollen kan al.`));
    coming.setAttribute("role", "status");
    stage.append(this.canvas, title, this.place, this.window, coming, ...this.directions(first));
    this.place.dataset.place = "";
    this.root.setAttribute("aria-label", i18n._(msg`Eerste beeld`));
    this.root.append(bar, stage);
    this.tell();
    this.root.addEventListener("wheel", this.wheel, { passive: true });
    window.addEventListener("keydown", this.key);
    this.study.subscribe((event) => {
      if (event.type === "ended") uncover();
      else if (event.type === "changed") this.count();
    });
    setTimeout(uncover, LONGEST_MS);
    document.body.append(this.root);
  }

  private end(): void {
    this.asked += 1;
    window.removeEventListener("keydown", this.key);
    this.root.remove();
    this.canvas.width = 0;
    dropEarly();
  }

  /** Letters of the patient's sides: the picture lies as it was sent. */
  private directions({ imageId }: Choice): HTMLElement[] {
    const image = this.study.image(imageId);
    const plane = image && planeOf(image);
    if (!plane) return [];
    const row = plane.orientation.slice(0, 3);
    const column = plane.orientation.slice(3, 6);
    const letters = (vector: number[], sign: 1 | -1) =>
      directionLetters(vector.map((part) => part * sign) as unknown as Vector);
    return [
      box("span", styles.left, letters(row, -1)),
      box("span", styles.right, letters(row, 1)),
      box("span", styles.top, letters(column, -1)),
      box("span", styles.bottom, letters(column, 1)),
    ];
  }

  private tell(): void {
    this.count();
    if (this.at) this.study.look(this.at.imageId);
  }

  private count(): void {
    const stack = this.stack();
    if (this.at) this.place.textContent = `${stack.indexOf(this.at.imageId) + 1} / ${stack.length}`;
  }

  /** The pictures of the series as they are sorted by now. */
  private stack(): readonly string[] {
    const series = this.study.series.find((one) => one.id === this.at?.series.id);
    return series ? stackOf(series, 0) : [];
  }

  private step(delta: number): void {
    const stack = this.stack();
    const imageId = this.wanted && stack[stack.indexOf(this.wanted) + delta];
    if (!this.at || !imageId) return;
    this.wanted = imageId;
    this.draw({ series: this.at.series, imageId }).then(
      (drawn) => drawn && this.tell(),
      () => undefined, // what cannot be shown is told by the viewer
    );
  }

  private readonly wheel = (event: WheelEvent): void => this.step(Math.sign(event.deltaY));

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowRight") this.step(1);
    else if (event.key === "ArrowUp" || event.key === "ArrowLeft") this.step(-1);
    else if (event.key === "Escape") uncover();
  };
}

/** What the viewer's banner says of the patient and the study, with the style of each. */
function whose(header: StudyHeader): [text: string, style: string | undefined][] {
  const words = patientWords(header);
  const sex = { M: msg`man`, F: msg`vrouw`, O: msg`anders` }[header.sex];
  const born = words.age === undefined ? words.born : i18n._(msg`${words.born} (${words.age} jr)`);
  return [
    [words.name || i18n._(msg`Naam onbekend`), styles.name],
    [born || i18n._(msg`geboren: onbekend`), ""],
    [sex ? i18n._(sex) : "", ""],
    [words.number || i18n._(msg`nummer onbekend`), ""],
    [clean(header.hospital) || i18n._(msg`ziekenhuis onbekend`), styles.hospital],
    [studyMoment(header.studyDate, header.studyTime) || i18n._(msg`datum onbekend`), ""],
    [clean(header.description), styles.quiet],
  ].filter(([text]) => text !== "") as [string, string][];
}

function box(kind: string, name: string | undefined, text = ""): HTMLElement {
  const made = document.createElement(kind);
  made.className = name ?? "";
  made.dir = "auto";
  made.textContent = text;
  return made;
}
