// What pages gain from a script; all of it works without one.

// A form that was sent is not sent again by a second click.
for (const form of document.querySelectorAll("form.command")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form.command button")) button.disabled = false;
});

// What goes on without its reader is looked at again by itself.
if (document.querySelector("[data-reload]")) setTimeout(() => location.reload(), 3000);

// Maps are moved and enlarged by their view box: buttons, wheel, drag and keys.
for (const figure of document.querySelectorAll("figure.zoom")) {
  const svg = figure.querySelector("svg");
  if (!svg || !svg.viewBox.baseVal.width) continue;
  const box = svg.viewBox.baseVal;
  const whole = { x: box.x, y: box.y, width: box.width, height: box.height };
  const show = (x, y, width, height) => {
    const kept = Math.min(Math.max(width, whole.width / 40), whole.width);
    const ratio = kept / width;
    const tall = height * ratio;
    const within = (at, low, size, part) => Math.min(Math.max(at, low), low + size - part);
    svg.setAttribute("viewBox", [
      within(x, whole.x, whole.width, kept), within(y, whole.y, whole.height, tall), kept, tall,
    ].join(" "));
  };
  const zoom = (factor, cx = 0.5, cy = 0.5) => {
    const [width, height] = [box.width * factor, box.height * factor];
    show(box.x + (box.width - width) * cx, box.y + (box.height - height) * cy, width, height);
  };
  const tools = document.createElement("div");
  tools.className = "tools";
  const tool = (sign, name, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    tools.append(button);
  };
  tool("+", figure.dataset.in, () => zoom(0.6));
  tool("−", figure.dataset.out, () => zoom(1 / 0.6));
  tool("⤢", figure.dataset.whole, () => show(whole.x, whole.y, whole.width, whole.height));
  figure.prepend(tools);
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const at = svg.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2,
      (event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height);
  }, { passive: false });
  let from = null;
  svg.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY, left: box.x, top: box.y };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from || event.buttons === 0) return;
    const scale = box.width / svg.getBoundingClientRect().width;
    show(from.left - (event.clientX - from.x) * scale, from.top - (event.clientY - from.y) * scale,
      box.width, box.height);
  });
  window.addEventListener("pointerup", () => { from = null; });
}

// Auctions are told as they go on: the page is read again when something happened to what it shows.
// What somebody is writing stays as it is.
const auction = /\/auctions(?:\/([0-9a-f-]{36}))?$/.exec(location.pathname);
if (auction && "EventSource" in window) {
  const chinese = document.documentElement.lang.startsWith("zh");
  const state = document.createElement("p");
  state.className = "live";
  state.setAttribute("role", "status");
  document.querySelector("h1").after(state);
  const tell = (text) => { state.textContent = text; };
  const parts = "dl.figures, dl.facts, div.table, p.empty";
  let reading = false;
  let again = false;
  const refresh = async () => {
    if (reading) { again = true; return; }
    reading = true;
    try {
      const answer = await fetch(location.href, { cache: "no-store", headers: { accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        const text = await answer.text();
        const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main");
        const old = document.querySelectorAll(`main > :is(${parts})`);
        const now = fresh.querySelectorAll(`:scope > :is(${parts})`);
        const busy = document.querySelector("main form.command :focus");
        if (old.length !== now.length && !busy) { location.reload(); return; }
        now.forEach((part, at) => { if (old[at]) old[at].replaceWith(part); });
        const time = new Date().toLocaleTimeString(chinese ? "zh-CN" : "en-GB");
        tell(chinese ? `实时更新中，最近更新 ${time}` : `Live, last update ${time}`);
      }
    } catch { tell(""); }
    // Many bids in a moment are shown together.
    setTimeout(() => {
      reading = false;
      if (again) { again = false; refresh(); }
    }, 1000);
  };
  const events = new EventSource("/api/v1/events");
  events.addEventListener("open", () => tell(chinese ? "实时更新中" : "Live"));
  events.addEventListener("error", () => tell(""));
  events.addEventListener("auction", (event) => {
    if (!auction[1] || JSON.parse(event.data).id === auction[1]) refresh();
  });
  window.addEventListener("pagehide", () => events.close());
}
