// The protocol: POST start {name, size, stamp} -> {id, received}; POST part?offset=N with raw bytes -> {received};
// POST finish -> {next}. A part whose offset is not what the server has is answered 409 with {received}.

import { token } from "./requests.js";

const TRIES = 5;

export function upload(form) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-drop]");
  const view = viewOf(form);
  let stop = null;

  const begin = async (file) => {
    stop = new AbortController();
    view.show(file);
    try {
      const { next } = await send(form, file, stop.signal, view.progress);
      window.location.assign(next);
    } catch (error) {
      view.fail(stop.signal.aborted ? form.dataset.cancelled : error.message || form.dataset.failed);
    }
  };
  input.addEventListener("change", () => input.files[0] && begin(input.files[0]));
  form.querySelector("[data-cancel]").addEventListener("click", () => stop?.abort());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files[0]) begin(input.files[0]);
  });
  dropping(zone, (file) => begin(file));
}

function viewOf(form) {
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const line = box.querySelector("[data-line]");
  const trouble = form.querySelector("[data-trouble]");
  const zone = form.querySelector("[data-drop]");
  return {
    show(file) {
      zone.hidden = true;
      trouble.hidden = true;
      box.hidden = false;
      bar.max = Math.max(file.size, 1);
      bar.value = 0;
      line.textContent = file.name;
    },
    progress(file, sent) {
      bar.value = sent;
      line.textContent = `${file.name} · ${size(sent)} / ${size(file.size)} · ${Math.floor((100 * sent) / Math.max(file.size, 1))}%`;
    },
    fail(text) {
      box.hidden = true;
      zone.hidden = false;
      trouble.hidden = false;
      trouble.querySelector("[data-text]").textContent = text;
      form.querySelector("input[type=file]").value = "";
    },
  };
}

async function send(form, file, signal, progress) {
  const post = poster(form, signal);
  const partSize = Number(form.dataset.part);
  const start = await post(form.dataset.start, JSON.stringify({ name: file.name, size: file.size, stamp: String(file.lastModified) }), "application/json");
  let sent = start.received;
  progress(file, sent);
  while (sent < file.size) {
    const part = file.slice(sent, sent + partSize);
    const answer = await post(`${start.part}?offset=${sent}`, part, "application/octet-stream");
    sent = answer.received;
    progress(file, sent);
  }
  return post(start.finish, "", "application/json");
}

function poster(form, signal) {
  const drawn = form.querySelector("input[name=csrfmiddlewaretoken]").value;
  return async (url, body, type) => {
    for (let attempt = 1; ; attempt += 1) {
      let response;
      try {
        response = await fetch(url, { method: "POST", body, signal, headers: { "Content-Type": type, "X-CSRFToken": token() || drawn } });
      } catch (error) {
        if (signal.aborted || attempt >= TRIES) throw new Error(form.dataset.failed);
        await pause(500 * 2 ** attempt); // the network went away for a moment
        continue;
      }
      const answer = await response.json().catch(() => null);
      if (response.ok && !answer) throw new Error(form.dataset.expired); // the log-in page: the session ended
      if (answer && (response.ok || response.status === 409)) return answer;
      if (response.status < 500 || attempt >= TRIES) throw new Error(answer?.error || form.dataset.failed);
      await pause(500 * 2 ** attempt);
    }
  };
}

function dropping(zone, take) {
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (file) take(file);
  });
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
