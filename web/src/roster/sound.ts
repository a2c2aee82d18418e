/**
 * The sound of stat: two short tones, made here, so that nothing is loaded. A browser may refuse sound until somebody has
 * touched the page; then there is none, and the notice stands on the screen all the same.
 */
const TONES = [880, 660] as const;
const TONE_SECONDS = 0.22;
const LOUDNESS = 0.25;

export async function playStat(): Promise<void> {
  const context = new AudioContext();
  try {
    await context.resume();
    TONES.forEach((frequency, number) => {
      const begin = context.currentTime + number * TONE_SECONDS * 1.4;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
      volume.gain.linearRampToValueAtTime(0, begin + TONE_SECONDS);
      tone.connect(volume).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + TONE_SECONDS);
    });
    await new Promise((done) => setTimeout(done, TONES.length * TONE_SECONDS * 2000));
  } finally {
    await context.close();
  }
}
