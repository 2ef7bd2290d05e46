// Waits until all that a page asks for by itself has come: no fragment on its way in two frames after each other.
async () => {
  // The bell asks for its news when a page has been there for a while; it may as well ask now.
  document.querySelector("#bell[hx-trigger*=load]")?.dispatchEvent(new CustomEvent("bihuan:tick"));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let quiet = 0; quiet < 2; ) {
    await frame();
    quiet = document.querySelector(".htmx-request") ? 0 : quiet + 1;
  }
}
