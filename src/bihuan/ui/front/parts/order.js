// Which request counts when several are under way for one place on the page. What is only looked at (a poll, a panel) or
// pressed (a button, a form) is not asked for twice; of what follows somebody's choices and typing, the last one counts:
// it waits until the one before has been answered, and the answer to that one is not shown any more.

const FOLLOWS = new Set(["change", "input", "keyup", "questionnaireChanged"]);
const marked = new WeakSet();
const newest = new Map();

export function order() {
  document.addEventListener("htmx:config:request", ({ target, detail: { ctx } }) => {
    if (!target.hasAttribute("hx-sync") || marked.has(target)) {
      marked.add(target);
      const strategy = follows(ctx) ? "queue last" : "drop";
      // One queue for each place, whoever asks.
      target.setAttribute("hx-sync", ctx.target?.id ? `#${CSS.escape(ctx.target.id)}:${strategy}` : strategy);
    }
    // Right after this htmx sends it, lets it wait, or drops it.
    queueMicrotask(() => ctx.status === "dropped" || newest.set(placeOf(ctx), ctx));
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (newest.get(placeOf(ctx)) === ctx) newest.delete(placeOf(ctx));
  });
}

// Whether a later request for the same place is under way or waits for its turn.
export function overtaken(ctx) {
  const last = newest.get(placeOf(ctx));
  return Boolean(last) && last !== ctx && last.status !== "dropped";
}

// Whether a request follows what somebody did in a field.
export const follows = (ctx) => FOLLOWS.has(ctx.sourceEvent?.type);

export function placeOf(ctx) {
  return ctx.target?.id || ctx.target || ctx.sourceElement;
}
