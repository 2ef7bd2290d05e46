// What happens when the network or the server fails, or the session ended: the page says so, no spinner turns for ever, and
// nothing that was typed is left behind.
import { unsent } from "./fields.js";
import { follows } from "./order.js";

let failures = 0;

export function requests() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => renewToken(ctx.request));
  document.addEventListener("htmx:before:response", stayWithTyped);
  document.addEventListener("htmx:before:swap", refuseWholePages);
  for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, report);
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.raw.status >= 400) return;
    failures = 0;
    // What tells of a lost act stays until another act went through.
    if (!isQuiet(ctx) || shown() === "again") say(null);
  });
}

export function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

// A log-in in another tab changes the token: this page's forms still hold the old one.
function renewToken(request) {
  const now = token();
  if (!now) return;
  if (request.headers["X-CSRFToken"]) request.headers["X-CSRFToken"] = now;
  if (request.body?.has?.("csrfmiddlewaretoken")) request.body.set("csrfmiddlewaretoken", now);
}

// The session ended: whoever typed something is told, instead of being led away from it.
function stayWithTyped(event) {
  const { ctx } = event.detail;
  const box = document.getElementById("request-error");
  if (!box || ctx.hx?.redirect !== box.dataset.login || !unsent()) return;
  event.preventDefault();
  say("login");
}

// A page that tells of an error (not allowed, gone, expired) belongs into no part of another page.
function refuseWholePages(event) {
  const { ctx, tasks } = event.detail;
  const part = tasks.find((task) => task.type === "main");
  const isWhole = part?.fragment?.firstElementChild?.tagName === "BODY" || (ctx.select && part && !part.fragment.firstElementChild);
  if (!isWhole || part.swapSpec.style === "none") return;
  event.preventDefault();
  if (ctx.response.raw.redirected && ctx.response.raw.ok && !unsent()) window.location.assign(ctx.response.raw.url);
  else fail(ctx, "refused");
}

function report({ target, detail: { ctx } }) {
  const status = ctx?.response?.raw?.status ?? 0;
  if (status >= 400 && status < 500) return; // refused forms come back as fragments that say why
  if (ctx?.sourceElement) fail(ctx, "lost");
}

function fail(ctx, what) {
  const loading = ctx.sourceEvent?.type === "load" && ctx.target?.querySelector?.(".loading");
  if (loading) loading.replaceWith(Object.assign(document.createElement("span"), { className: "text-secondary", textContent: words("part") }));
  else if (!isQuiet(ctx)) say(what);
  else if (ctx.sourceEvent?.type === "every" && ++failures > 2) say("again"); // one that fails is asked again unnoticed
}

// A part that asks for news by itself fails without a word; what follows somebody's choice does not.
function isQuiet(ctx) {
  return !follows(ctx) && Boolean(ctx.sourceElement.closest("[data-quiet]"));
}

function words(what) {
  return document.querySelector(`#request-error [data-case=${what}]`)?.textContent || "";
}

function shown() {
  return document.querySelector("#request-error:not([hidden]) [data-case]:not([hidden])")?.dataset.case;
}

function say(what) {
  const box = document.getElementById("request-error");
  if (!box) return;
  for (const line of box.querySelectorAll("[data-case]")) line.hidden = line.dataset.case !== what;
  box.hidden = what === null;
}
