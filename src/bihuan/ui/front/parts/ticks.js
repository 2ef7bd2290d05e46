// Fragments that ask for news: <… hx-trigger="bihuan:tick" data-tick="15"> is told every 15 s, as long as somebody looks.
// htmx's own polling would go on in a hidden tab, and its filters need an evaluated script, which the policy forbids.

const STEP_MS = 1000;

export function ticks() {
  setInterval(tick, STEP_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) for (const box of boxes()) ask(box); // what was missed meanwhile is asked for at once
  });
  for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, (event) => lost(event, true));
  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.raw?.status ?? 0;
    if (status >= 200 && status < 400) lost(event, false);
  });
}

const boxes = () => document.querySelectorAll("[data-tick]");
const started = new WeakMap();

function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const box of boxes()) {
    if (!started.has(box)) started.set(box, now);
    if (now - started.get(box) >= Number(box.dataset.tick) * 1000) ask(box);
  }
}

function ask(box) {
  started.set(box, Date.now());
  box.dispatchEvent(new CustomEvent("bihuan:tick"));
}

// A picture that no longer moves must not look alive.
function lost(event, isLost) {
  const box = event.target.closest?.("[data-tick]");
  const notice = box?.dataset.lost && document.getElementById(box.dataset.lost);
  if (notice) notice.hidden = !isLost;
}
