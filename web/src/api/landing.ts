/** What another system said to this page in its address: the code of why a way in ended, once, and nothing else. */

const CODE = /^[a-z0-9-]{1,64}$/;

let code: string | null = null;

/** Reads the code from the address and takes it out, so that a reload or a bookmark does not say it again. */
export function readLanding(): void {
  const here = new URL(window.location.href);
  const told = here.searchParams.get("melding");
  if (told === null) return;
  code = CODE.test(told) ? told : null;
  here.searchParams.delete("melding");
  window.history.replaceState(null, "", here.pathname + here.search + here.hash);
}

/** Why the way in ended, if one did. */
export function landedWith(): string | null {
  return code;
}

/** It was read. */
export function forgetLanding(): void {
  code = null;
}
